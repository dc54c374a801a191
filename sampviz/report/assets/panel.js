// A panel: two canvases, the samples and the marks above them, a title, and what is under the
// cursor.

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const NOTCH = 40; // px that a wheel turns for a step: touch pads turn by less at a time
const PAN = 40; // device pixels that a key pans

class Panel {
  constructor(group, number) {
    const made = document.getElementById("panel").content.cloneNode(true);
    this.group = group;
    this.number = number;
    this.element = made.querySelector("figure");
    this.button = made.querySelector("button");
    this.stage = made.querySelector(".stage");
    [this.canvas, this.marks] = made.querySelectorAll("canvas");
    this.size = made.querySelector(".size");
    this.output = made.querySelector("output");
    this.layers = [];
    this.listen();
  }

  /** Name the panel, for eyes and for readers of screens; its bar has the colour of its chain. */
  name(title, size, words, colour) {
    this.title = title;
    this.button.textContent = title;
    this.button.style.setProperty("--chain", colour);
    this.size.textContent = size;
    this.stage.setAttribute("aria-label", `${title}, ${words}, ${size}`);
  }

  /** Mark the panel if it is the one that is selected. */
  choice(selected) {
    this.element.setAttribute("data-selected", this.number === selected);
    this.button.setAttribute("aria-pressed", this.number === selected);
  }

  edges(sides) {
    for (const side of ["left", "right", "top", "bottom"]) {
      this.element.querySelector(`.${side}`).textContent = sides ? sides[side] : "";
    }
  }

  resize([height, width]) {
    for (const canvas of [this.canvas, this.marks]) {
      if (canvas.height !== height || canvas.width !== width) {
        Object.assign(canvas, { height, width });
      }
      // A canvas pixel is a device pixel.
      canvas.style.height = `${height / devicePixelRatio}px`;
      canvas.style.width = `${width / devicePixelRatio}px`;
    }
  }

  /** What is at a place. */
  words(place) {
    return this.group.words(this, place);
  }

  draw() {
    drawLayers(this.canvas, this.layers, this.group.view);
  }

  /** The pointer in device pixels of the canvas. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((p) => p * devicePixelRatio);
  }

  listen() {
    const { stage, group } = this;
    let held = null;
    let adjusting = false;
    let turned = 0;
    stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        turned += event.deltaY * (event.deltaMode ? NOTCH : 1);
        if (Math.abs(turned) < NOTCH) return;
        group.magnify(this, turned < 0 ? 1 : -1, ...this.at(event));
        turned = 0;
      },
      { passive: false },
    );
    stage.addEventListener("pointerdown", (event) => {
      stage.setPointerCapture(event.pointerId);
      held = this.at(event);
      adjusting = group.adjusts(event);
    });
    stage.addEventListener("contextmenu", (event) => adjusting && event.preventDefault());
    stage.addEventListener("pointermove", (event) => {
      const now = this.at(event);
      if (held) {
        const by = [now[0] - held[0], now[1] - held[1]];
        if (adjusting) group.adjust(...by);
        else group.pan(...by);
        held = now;
      }
      group.point(this, group.view.place(this.canvas, ...now));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, () => (held = null));
    }
    stage.addEventListener("pointerleave", () => group.point(null, null));
    stage.addEventListener("blur", () => group.point(null, null));
    stage.addEventListener("focus", () => {
      if (stage.matches(":focus-visible")) group.step(this, [0, 0]);
    });
    stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.key(event)) return;
      event.preventDefault();
    });
    this.button.addEventListener("click", () => group.choose(this.number));
  }

  /** Obey a key; whether it is one of ours. */
  key({ key, shiftKey }) {
    const { group } = this;
    if (key in ARROWS) {
      const [down, along] = ARROWS[key];
      if (shiftKey) group.pan(-along * PAN, -down * PAN);
      else group.step(this, ARROWS[key]);
    } else if (key === "+" || key === "=") group.magnify(this, 1);
    else if (key === "-") group.magnify(this, -1);
    else if (key === "0") group.look("whole");
    else if (key === "d") group.look("detail");
    else if (key === "Enter" || key === " ") group.choose(this.number);
    else if (key === "PageUp" || key === "PageDown") return group.slide(key === "PageUp" ? 1 : -1);
    else if (key === "Escape") group.point(null, null);
    else return false;
    return true;
  }
}

/** The index [row, column] of the sample of a layer at a place; null outside. */
function sampleAt({ rows, columns, axes }, place) {
  const index = place.map((at, axis) => Math.floor((at - axes[axis][0]) / axes[axis][1] + 0.5));
  const inside = index.every((at, axis) => at >= 0 && at < (axis ? columns : rows));
  return inside ? index : null;
}

/** A line that is seen on black and on white. */
function stroke(context, draw, dashes = []) {
  for (const [colour, width] of [["#000", 3], ["#fff", 1]]) {
    context.beginPath();
    context.strokeStyle = colour;
    context.lineWidth = width * Math.max(1, Math.round(devicePixelRatio));
    context.setLineDash(colour === "#fff" ? dashes.map((d) => d * devicePixelRatio) : []);
    draw(context);
    context.stroke();
  }
}

/** A cross with an open middle. */
function cross(context, [x, y]) {
  const [near, far] = [4, 11].map((length) => length * devicePixelRatio);
  stroke(context, () => {
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + dx * near, y + dy * near);
      context.lineTo(x + dx * far, y + dy * far);
    }
  });
}

function ring(context, [x, y], radius = 6) {
  stroke(context, () => context.arc(x, y, radius * devicePixelRatio, 0, 2 * Math.PI));
}
