// Before and after: two pictures in one panel, a slider between them, and a blink.

const BLINK = 600; // ms: under three changes a second

class Between extends Panel {
  constructor(place, images) {
    super(images, -1);
    this.button.remove();
    place.querySelector(".panels").append(this.element);
    this.slider = place.querySelector("input[type=range]");
    this.blinker = place.querySelector("[data-blink]");
    this.chosen = [...place.querySelectorAll("select")];
    this.state = place.querySelector("[data-shown]");
    this.title = "before and after";
    this.stage.setAttribute("aria-label", "before and after, picture");
    this.slider.addEventListener("input", () => this.stop());
    this.blinker.addEventListener("click", () => this.toggle());
    for (const select of this.chosen) select.addEventListener("change", () => this.draw());
    images.guests.push(this);
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") return false;
    if (event.key !== "b") return super.key(event);
    this.toggle();
    return true;
  }

  words(place) {
    return this.pair.map((panel) => `${panel.title} ${panel.words(place)}`).join("; ");
  }

  /** Offer the pictures of a level; by default the original and the selected chain. */
  offer(titles, selected) {
    this.chosen.forEach((select, side) => {
      const before = select.value;
      select.replaceChildren(...titles.map((title, i) => new Option(title, String(i))));
      select.value = before || String(side ? selected : 0);
    });
  }

  choose(selected) {
    this.chosen[1].value = String(selected);
    this.draw();
  }

  get pair() {
    return this.chosen.map((select) => this.group.panels[Number(select.value)]);
  }

  /** The samples that keys step by. */
  get base() {
    return this.pair[0].base;
  }

  draw() {
    const [one, two] = this.pair;
    const { view } = this.group;
    this.resize([one.canvas.height, one.canvas.width]);
    const share = this.blink === undefined ? Number(this.slider.value) / 100 : this.blink;
    const border = Math.round(this.canvas.width * share);
    drawLayers(this.canvas, [one.base], view, 0, border);
    if (border === 0) this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
    drawLayers(this.canvas, [two.base], view, border);
    this.border = border;
    const titles = [one.title, two.title];
    this.state.textContent =
      share === 1 ? titles[0] : share === 0 ? titles[1] : `left ${titles[0]}, right ${titles[1]}`;
    this.slider.setAttribute("aria-valuetext", `${Math.round(share * 100)} % ${titles[0]}`);
  }

  toggle() {
    if (this.timer) this.stop();
    else {
      this.blinker.setAttribute("aria-pressed", "true");
      const change = () => {
        this.blink = this.blink === 1 ? 0 : 1;
        this.draw();
      };
      change();
      this.timer = setInterval(change, BLINK);
    }
  }

  stop() {
    clearInterval(this.timer);
    this.timer = this.blink = undefined;
    this.blinker.setAttribute("aria-pressed", "false");
    this.draw();
  }
}
