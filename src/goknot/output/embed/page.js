// SPDX-License-Identifier: Apache-2.0
// Puts the page together: verdict, findings, picture, groups, goroutines, gaps.
"use strict";

function tone(severity, grade) {
  if (severity === "info") return "";
  return grade === "possible" || severity === "warning" ? "doubt" : "bad";
}

function treeRows(knots, indent, table) {
  knots.forEach((knot, at) => {
    const last = at === knots.length - 1;
    const branch = indent === null ? "" : indent + (last ? "└ " : "├ ");
    const below = indent === null ? "" : indent + (last ? "  " : "│ ");
    const lines = knot.lines.length ? knot.lines : [{ text: "", place: null }];
    lines.forEach((line, i) => {
      table.append(make("tr", make("td", i === 0 ? branch + knot.who : below), make("td.text", line.text), make("td", line.place ? short(line.place.function) : ""), make("td.place", where(line.place))));
    });
    treeRows(knot.behind, below, table);
  });
}

function words(pairs) {
  const list = make("dl");
  for (const [label, text] of pairs) if (text) list.append(make("dt", label), make("dd", text));
  return list;
}

function idList(ids, total) {
  const shown = ids.slice(0, 200);
  const line = make("p", ...shown.map(idButton));
  if (total > shown.length) line.append(make("span.soft", ` and ${numbers.format(total - shown.length)} more`));
  return line;
}

function evidence(finding) {
  const names = new Map(finding.objects.map((object) => [object.id, object.name || [object.kind, object.address].filter(Boolean).join(" ")]));
  const rows = finding.edges.slice(0, 100).map((edge) => make("li", `${edge.goroutine} ${edge.relation} ${names.get(edge.object) || ""} (${edge.operation}), ${edge.grade}: ${edge.evidence}`));
  const more = finding.edges.length > 100 ? [make("li.soft", `and ${finding.edges.length - 100} more`)] : [];
  return make("ul.stack", ...rows, ...more);
}

function findingCard(finding) {
  const badge = make(`span.badge${tone(finding.severity, finding.grade) ? "." + tone(finding.severity, finding.grade) : ""}`, `${finding.severity}, ${finding.grade}`);
  const table = make("table.tree");
  finding.tree.forEach((root) => treeRows([root], null, table));
  const pairs = [["Why", finding.explanation], ...(finding.memory ? [["Memory", finding.memory]] : []), ["What to do", finding.advice], ...finding.unknown.map((text, i) => [i ? "" : "Not known", text])];
  const card = make("article.card", make("h3", badge, finding.title), make("div.scroll", table), words(pairs));
  const details = make("details", make("summary", "Goroutines, evidence, rule"));
  details.append(make("p", make("b", `${counted(finding.root_count, "root")} `)), idList(finding.roots, finding.root_count));
  if (finding.victims.count) details.append(make("p", make("b", counted(finding.victims.count, "victim"))), idList(finding.victims.goroutines, finding.victims.count));
  details.append(evidence(finding), make("p.soft", `rule ${finding.rule} · shape ${finding.shape} · fingerprint ${finding.fingerprint}`));
  card.append(details);
  return card;
}

const groupOrders = {
  count: (a, b) => b.count - a.count,
  status: (a, b) => a.status.localeCompare(b.status) || b.count - a.count,
  wait: (a, b) => (b.wait ?? -1) - (a.wait ?? -1) || b.count - a.count,
  where: (a, b) => a.where.localeCompare(b.where),
};

class GroupTable {
  constructor() {
    this.groups = diagnosis.groups.map((group, number) => this.prepared(group, number));
    this.order = "count";
    this.search = on(make("input"), "input", () => this.draw());
    this.search.type = "search";
    this.search.placeholder = "function, file or status";
    this.search.setAttribute("aria-label", "search groups");
    this.status = on(make("select"), "change", () => this.draw());
    this.status.setAttribute("aria-label", "status");
    const statuses = [...new Set(this.groups.map((group) => group.status))].sort();
    this.status.append(make("option", "every status"), ...statuses.map((text) => make("option", text)));
    this.note = make("span.soft");
    this.body = make("tbody");
    const heads = [["count", "Goroutines"], ["status", "Status"], ["wait", "Waiting"], ["where", "Where"]];
    const head = make("tr", ...heads.map(([order, title]) => make("th", on(make("button", title), "click", () => this.sort(order)))));
    const widths = make("colgroup", ...["11%", "20%", "15%", "54%"].map((width) => { const col = make("col"); col.style.width = width; return col; }));
    this.element = make("section", make("div.bar", this.search, this.status, this.note), make("table.groups", widths, make("thead", head), this.body));
    this.draw();
  }

  prepared(group, number) {
    const own = group.frames.length ? ownFrame(group.frames) : { function: "", file: "", line: 0 };
    const status = group.status ?? Object.keys(group.statuses).join(", ");
    const text = [status, group.purpose || "", ...group.frames.map((frame) => `${frame.function} ${frame.file}:${frame.line}`)].join("\n").toLowerCase();
    return { ...group, number, own, status, text, where: short(own.function), wait: group.wait_minutes ? group.wait_minutes.max : null };
  }

  sort(order) {
    this.order = order;
    this.draw();
  }

  draw() {
    const wanted = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const status = this.status.selectedIndex > 0 ? this.status.value : null;
    const found = this.groups.filter((group) => (status === null || group.status === status) && wanted.every((word) => group.text.includes(word)));
    found.sort(groupOrders[this.order]);
    this.body.replaceChildren(...found.slice(0, 300).map((group) => this.row(group)));
    const cut = found.length > 300 ? ", the first 300 are shown" : "";
    this.note.textContent = `${counted(found.length, "group")}, ${counted(found.reduce((sum, group) => sum + group.count, 0), "goroutine")}${cut}`;
  }

  row(group) {
    const range = group.wait_minutes;
    const wait = !range ? "" : range.min === range.max ? minutes(range.max) : `${minutes(range.min)} to ${minutes(range.max)}`;
    const cell = make("td", group.where, " ", make("span.place", where(group.own)));
    if (group.purpose) cell.append(make("span.soft", ` · ${group.purpose}`));
    if (group.system) cell.append(make("span.soft", " · the runtime's own"));
    const row = make("tr.row", make("td.number", numbers.format(group.count)), make("td", group.status), make("td", wait), cell);
    row.tabIndex = 0;
    const toggle = () => this.toggle(row, cell, group);
    on(row, "keydown", (event) => { if (event.key === "Enter" && event.target === row) toggle(); });
    return on(row, "click", (event) => { if (!event.target.closest("button, .more")) toggle(); });
  }

  toggle(row, cell, group) {
    const open = cell.querySelector(".more");
    if (open) return open.remove();
    const more = make("div.more", make("ol.stack", ...group.frames.map((frame) => frameItem(frame))));
    if (group.created_by) more.append(make("p.soft", "started by "), frameItem(group.created_by));
    more.append(idList(group.goroutines.slice(0, 40), group.goroutines.length));
    if (list) more.append(on(make("button", "show in the list"), "click", () => { list.filter("", group.number); list.element.scrollIntoView({ block: "center" }); }));
    cell.append(more);
  }
}

function verdictBox() {
  const verdict = diagnosis.verdict;
  const kinds = { deadlock: "bad", leak: "bad", healthy: "good" };
  const head = verdict.outcome.toUpperCase() + (verdict.grade ? `, ${verdict.grade}.` : ".");
  return make(`div.verdict.${kinds[verdict.outcome] || "doubt"}`, make("b", head), verdict.text);
}

function build() {
  const page = document.getElementById("page");
  page.append(make("p.read", make("b", data.headline[0]), ...data.headline.slice(1).map((part) => ` · ${part}`)), verdictBox());
  const purposes = Object.entries(diagnosis.purposes);
  if (purposes.length) page.append(words([["Waiting as they should", purposes.map(([text, count]) => `${numbers.format(count)} × ${text}`).join(", ")]]));
  if (diagnosis.findings.length) page.append(make("h2", "Findings"), ...diagnosis.findings.map(findingCard));
  if (data.graph.nodes.length) page.append(make("h2", "Who waits for whom"), make("div.picture", drawGraph(data.graph)));
  page.append(make("h2", "Groups of equal stacks"), new GroupTable().element);
  if (list) page.append(make("h2.no-print", "Every goroutine"), list.element);
  if (diagnosis.gaps.length) page.append(make("h2", "What could not be read"), make("ul", ...diagnosis.gaps.map((gap) => make("li", `${gap.where}: ${gap.what}${gap.hides ? ` (may hide ${gap.hides})` : ""}`))));
  page.append(make("footer", `goknot ${data.version}${data.arguments_left_out ? " · arguments were left out of this page to keep it small" : ""}`));
  if (list) openAsAsked(new URLSearchParams(location.hash.slice(1)));
}

// report.html#goroutine=418 shows one, report.html#search=chan+send searches: links for colleagues.
function openAsAsked(wishes) {
  list.search.value = wishes.get("search") || "";
  list.filter(list.search.value);
  if (wishes.has("goroutine")) list.show(Number(wishes.get("goroutine")));
}

build();
