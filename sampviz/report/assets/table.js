// A table of measures: sorted by one of them, the head of a column selects its chain.

class Table {
  constructor(table, marks, choose) {
    this.table = table;
    this.rows = [...table.rows];
    for (const row of this.rows.slice(1)) {
      buttonIn(row.cells[0]).addEventListener("click", () => this.sort(row));
    }
    for (const head of [...this.rows[0].cells].slice(1)) {
      const chain = Number(head.dataset.chain);
      head.style.borderTopColor = marks[chain].colour;
      buttonIn(head).addEventListener("click", () => choose(chain));
    }
  }

  /** Whether it is of this subject and level; the chain that is selected is marked. */
  show(subject, level, selected) {
    const { subject: of, level: at } = this.table.dataset;
    this.table.hidden = Number(of) !== subject || Number(at) !== level;
    for (const cell of this.table.querySelectorAll("[data-chain]")) {
      cell.dataset.selected = Number(cell.dataset.chain) === selected;
      cell.querySelector("button")?.setAttribute("aria-pressed", cell.dataset.selected);
    }
  }

  /**
   * Chains in the order of a measure, rising, then falling; what is not defined comes last. Where a
   * value is best, the distance to it counts.
   */
  sort(row) {
    const head = row.cells[0];
    const falling = head.getAttribute("aria-sort") === "ascending";
    for (const each of this.rows) each.cells[0].removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const best = Number(row.dataset.best ?? NaN);
    const keyOf = ({ dataset: { value } }) =>
      value === undefined || Number.isNaN(best) ? value : Math.abs(Number(value) - best);
    const values = [...row.cells].slice(1).map(keyOf);
    const compared = (one, two) => {
      const [a, b] = [values[one], values[two]];
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
      return falling ? Number(b) - Number(a) : Number(a) - Number(b);
    };
    const order = values.map((_, column) => column).sort(compared);
    for (const each of this.rows) {
      const cells = [...each.cells].slice(1);
      each.append(...order.map((column) => cells[column]));
    }
  }
}

/** A button that holds what a cell holds. */
function buttonIn(cell) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...cell.childNodes);
  cell.append(button);
  return button;
}
