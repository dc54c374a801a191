// The table of the measures: sorted by a column, a row selects its chain.

class Table {
  constructor(table, choose) {
    this.body = table.tBodies[0];
    this.heads = [...table.tHead.rows[0].cells];
    this.rows = [...this.body.rows];
    this.heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => this.sort(column));
    });
    for (const row of this.rows) {
      const name = row.querySelector("th");
      const button = document.createElement("button");
      button.type = "button";
      button.append(...name.childNodes);
      name.append(button);
      button.addEventListener("click", () => choose(Number(row.dataset.chain)));
    }
  }

  /** Only the rows of a subject and a level; the chain that is selected is marked. */
  show(subject, level, selected) {
    for (const row of this.rows) {
      const { subject: of, level: at, chain } = row.dataset;
      row.hidden = Number(of) !== subject || Number(at) !== level;
      row.dataset.selected = Number(chain) === selected;
      row.querySelector("button").setAttribute("aria-pressed", Number(chain) === selected);
    }
  }

  /** Rising, then falling; what is undefined comes last. */
  sort(column) {
    const head = this.heads[column];
    const falling = head.getAttribute("aria-sort") === "ascending";
    for (const each of this.heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.value;
    const compared = (one, two) => {
      if (one === undefined || two === undefined) return (one === undefined) - (two === undefined);
      const [a, b] = [Number(one), Number(two)];
      const order = Number.isNaN(a - b) ? one.localeCompare(two) : a - b;
      return falling ? -order : order;
    };
    this.rows.sort((one, two) => compared(value(one), value(two)));
    this.body.append(...this.rows);
  }
}
