// SPDX-License-Identifier: Apache-2.0
// Every goroutine in a list that draws only the rows in sight, with a search over ids, functions,
// statuses and labels.
"use strict";

const rowHeight = 24;
// Browsers cannot scroll further than some millions of pixels.
const tallest = 8e6;

class GoroutineList {
  constructor() {
    const g = data.goroutines;
    this.columns = g;
    this.shown = g.ids.map((_, row) => row);
    this.rowOfId = new Map(g.ids.map((id, row) => [id, row]));
    this.stackTexts = data.stacks.map((stack) => stack.map((n) => frameOf(n).function + " " + base(frameOf(n).file)).join("\n").toLowerCase());
    this.labelTexts = data.labels.map((set) => set.map(([key, value]) => `${key}=${value}`).join("\n").toLowerCase());
    this.search = make("input");
    this.search.type = "search";
    this.search.placeholder = "id, function, file, status or label";
    this.search.setAttribute("aria-label", "search goroutines");
    this.count = make("span.soft");
    this.space = make("div");
    this.rows = make("div.rows", this.space);
    this.rows.tabIndex = 0;
    this.detail = make("div.detail", make("p.soft", "Choose a goroutine."));
    on(this.rows, "scroll", () => this.draw());
    on(this.rows, "keydown", (event) => this.key(event));
    on(this.search, "input", () => this.filter(this.search.value));
    this.element = make("section", make("div.bar", this.search, this.count), make("div.list", this.rows, this.detail));
  }

  // Rows that contain every word; "id:418" and bare numbers look for ids.
  matches(word) {
    const g = this.columns;
    const inStack = this.stackTexts.map((text) => text.includes(word));
    const inLabels = this.labelTexts.map((text) => text.includes(word));
    const inStatus = data.statuses.map((text) => text.toLowerCase().includes(word));
    const id = /^(id:)?\d+$/.test(word) ? Number(word.replace("id:", "")) : -1;
    return (row) => g.ids[row] === id || inStatus[g.statuses[row]] || inStack[g.stacks[row]] || (g.labels[row] >= 0 && inLabels[g.labels[row]]);
  }

  filter(query, group) {
    const tests = query.toLowerCase().split(/\s+/).filter(Boolean).map((word) => this.matches(word));
    const g = this.columns;
    this.shown = [];
    for (let row = 0; row < g.ids.length; row++) {
      if (group !== undefined && g.groups[row] !== group) continue;
      if (tests.every((test) => test(row))) this.shown.push(row);
    }
    this.rows.scrollTop = 0;
    this.draw();
  }

  draw() {
    const count = this.shown.length;
    const height = Math.min(count * rowHeight, tallest);
    const view = this.rows.clientHeight || 480;
    const inView = Math.ceil(view / rowHeight) + 1;
    const way = Math.max(height - view, 1);
    const first = height < tallest ? Math.floor(this.rows.scrollTop / rowHeight) : Math.round((this.rows.scrollTop / way) * Math.max(count - inView + 1, 0));
    const top = height < tallest ? first * rowHeight : this.rows.scrollTop;
    this.space.style.height = `${height}px`;
    const rows = [];
    for (let i = first; i < Math.min(first + inView, count); i++) {
      const row = this.row(this.shown[i]);
      row.style.top = `${top + (i - first) * rowHeight}px`;
      rows.push(row);
    }
    this.space.replaceChildren(...rows);
    const all = this.columns.ids.length;
    this.count.textContent = count === all ? counted(all, "goroutine") : `${numbers.format(count)} of ${counted(all, "goroutine")}`;
  }

  row(index) {
    const g = this.columns;
    const frames = data.stacks[g.stacks[index]].map(frameOf);
    const own = frames.length ? ownFrame(frames) : { function: "", file: "", line: 0 };
    const id = g.ids[index] < 0 ? `${g.counts[index]} ×` : String(g.ids[index]);
    const row = make("div.row", make("span", id), make("span", data.statuses[g.statuses[index]]), make("span", minutes(g.minutes[index])), make("span", `${short(own.function)} `, make("span.place", where(own))));
    if (index === this.chosen) row.classList.add("chosen");
    return on(row, "click", () => this.choose(index));
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 18, PageUp: -18 }[event.key];
    if (!step || !this.shown.length) return;
    event.preventDefault();
    const at = Math.min(Math.max(this.shown.indexOf(this.chosen) + step, 0), this.shown.length - 1);
    this.choose(this.shown[at]);
    this.reveal(at);
  }

  reveal(at) {
    const top = at * rowHeight;
    if (this.shown.length * rowHeight > tallest) this.rows.scrollTop = (at / this.shown.length) * tallest;
    else if (top < this.rows.scrollTop || top > this.rows.scrollTop + this.rows.clientHeight - rowHeight) this.rows.scrollTop = top - 96;
    this.draw();
  }

  choose(index) {
    this.chosen = index;
    this.draw();
    const g = this.columns;
    const id = g.ids[index];
    const facts = [data.statuses[g.statuses[index]], minutes(g.minutes[index]), ...data.flags[g.flags[index]]].filter(Boolean);
    const stack = make("ol.stack", ...data.stacks[g.stacks[index]].map((n, depth) => frameItem(frameOf(n), this.argumentsOf(index, depth))));
    const parts = [make("h3", id < 0 ? counted(g.counts[index], "goroutine") : `goroutine ${id}`), make("p", facts.join(" · ")), stack];
    if (g.creators[index] >= 0) parts.push(this.creator(index));
    if (g.labels[index] >= 0) parts.push(make("p", make("b", "labels "), data.labels[g.labels[index]].map(([key, value]) => `${key}=${value}`).join(", ")));
    this.detail.replaceChildren(...parts);
  }

  argumentsOf(index, depth) {
    const own = this.columns.arguments && this.columns.arguments[index];
    return own && own[depth] > 0 ? texts[own[depth]] : "";
  }

  creator(index) {
    const g = this.columns;
    const line = make("p", make("b", "started by "));
    if (g.parents[index] >= 0) line.append(idButton(g.parents[index]));
    line.append(frameItem(frameOf(g.creators[index])));
    return line;
  }

  // Shows one goroutine whatever is searched for.
  show(id) {
    const row = this.rowOfId.get(id);
    if (row === undefined) return;
    this.search.value = "";
    this.filter("");
    this.choose(row);
    this.reveal(row);
    this.element.scrollIntoView({ block: "center" });
  }
}

const list = hasGoroutines ? new GoroutineList() : null;

function idButton(id) {
  const button = make("button.id", String(id));
  button.title = "show this goroutine";
  button.disabled = !list || !list.rowOfId.has(id);
  return on(button, "click", () => list.show(id));
}
