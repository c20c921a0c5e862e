// SPDX-License-Identifier: Apache-2.0
// The wait graph as SVG: layers from left (who waits) to right (whom they wait for).
"use strict";

const svgSpace = "http://www.w3.org/2000/svg";

function shape(name, attributes, ...children) {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function clip(text, most) {
  return text.length > most ? text.slice(0, most / 2) + "…" + text.slice(-most / 2) : text;
}

// Layer of each node: the longest way to it, arrows that close a cycle left out.
function layers(nodes, arrows) {
  const after = new Map(nodes.map((node) => [node.id, []]));
  for (const arrow of arrows) after.get(arrow.from).push(arrow.to);
  const state = new Map();
  const order = [];
  const visit = (id) => {
    state.set(id, 1);
    for (const next of after.get(id)) if (!state.has(next)) visit(next);
    state.set(id, 2);
    order.unshift(id);
  };
  // Waiters that nobody waits for begin.
  const entered = new Set(arrows.map((arrow) => arrow.to));
  const starts = [...nodes].sort((a, b) => entered.has(a.id) - entered.has(b.id) || a.root - b.root);
  for (const node of starts) if (!state.has(node.id)) visit(node.id);
  const place = new Map(order.map((id, index) => [id, index]));
  const layer = new Map(nodes.map((node) => [node.id, 0]));
  for (const id of order) {
    for (const next of after.get(id)) {
      if (place.get(next) > place.get(id)) layer.set(next, Math.max(layer.get(next), layer.get(id) + 1));
    }
  }
  return layer;
}

// Arrows that skip layers get a bend in each of them, so that they go between the boxes. Returns the
// steps from layer to layer; arrows against the direction have none.
function stepsThrough(layer, arrows, bends) {
  const steps = [];
  arrows.forEach((arrow, number) => {
    const first = layer.get(arrow.from);
    const last = layer.get(arrow.to);
    arrow.way = [];
    let from = arrow.from;
    for (let at = first + 1; at < last; at++) {
      const bend = { id: `bend ${number} ${at}`, bend: true, width: 0, height: 8 };
      layer.set(bend.id, at);
      bends.push(bend);
      arrow.way.push(bend);
      steps.push({ from, to: bend.id });
      from = bend.id;
    }
    if (last > first) steps.push({ from, to: arrow.to });
  });
  return steps;
}

// Orders each layer by the mean place of the neighbours, a few times over.
function arrange(nodes, steps, layer) {
  const columns = [];
  for (const node of nodes) (columns[layer.get(node.id)] ||= []).push(node);
  const near = new Map(nodes.map((node) => [node.id, []]));
  for (const step of steps) {
    near.get(step.from).push(step.to);
    near.get(step.to).push(step.from);
  }
  const place = new Map();
  const number = () => columns.forEach((column) => column.forEach((node, i) => place.set(node.id, i - column.length / 2)));
  number();
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const column of columns) {
      const mean = (node) => near.get(node.id).reduce((sum, id) => sum + place.get(id), 0) / (near.get(node.id).length || 1);
      const means = new Map(column.map((node) => [node, mean(node)]));
      column.sort((a, b) => means.get(a) - means.get(b));
    }
    number();
  }
  return columns;
}

// Boxes with their places; returns the size of the picture.
function placeBoxes(columns, gaps) {
  let x = 16;
  let height = 0;
  columns.forEach((column, index) => {
    const width = Math.max(...column.map((node) => node.width));
    let y = 0;
    for (const node of column) {
      if (node.bend) node.width = width;
      Object.assign(node, { x: x + (width - node.width) / 2, y });
      y += node.height + 26;
    }
    column.total = y - 26;
    height = Math.max(height, column.total);
    x += width + gaps[index];
  });
  for (const column of columns) {
    for (const node of column) node.y += 24 + (height - column.total) / 2;
  }
  return { width: x - gaps[columns.length - 1] + 16, height: height + 68 };
}

// Below everything, from the bottom of one box to the bottom of another.
function pathBack(from, to, bottom) {
  const [x, y] = [from.x + from.width / 2, from.y + from.height];
  const [endX, endY] = [to.x + to.width / 2, to.y + to.height];
  const low = Math.min(Math.max(y, endY) + 44, bottom);
  return { d: `M${x},${y} C${x},${low} ${endX},${low} ${endX},${endY + 4}`, x: (x + endX) / 2, y: Math.max(y, endY) + 30 };
}

// From the right side of one box through its bends to the left side of another.
function pathAhead(from, to, way) {
  const middle = (box) => box.y + box.height / 2;
  let [x, y] = [from.x + from.width, middle(from)];
  let d = `M${x},${y}`;
  let label = null;
  for (const box of [...way, to]) {
    const [endX, endY] = [box === to ? box.x - 4 : box.x, middle(box)];
    const half = (endX - x) / 2;
    label ||= { x: x + half, y: (y + endY) / 2 - 4 };
    d += ` C${x + half},${y} ${endX - half},${endY} ${endX},${endY}`;
    if (box !== to) d += ` H${box.x + box.width}`;
    [x, y] = [box.x + box.width, endY];
  }
  return { d, ...label };
}

function drawNode(node) {
  const kind = node.root ? "root" : node.kind;
  const group = shape("g", { class: kind, transform: `translate(${node.x},${node.y})` });
  group.append(shape("rect", { width: node.width, height: node.height, rx: node.kind === "object" ? 1 : 8 }));
  node.lines.forEach((line, i) => {
    group.append(shape("text", { x: node.width / 2, y: 19 + 17 * i, "text-anchor": "middle" }, line));
  });
  group.append(shape("title", {}, node.label));
  return group;
}

function drawGraph(graph) {
  const nodes = graph.nodes.map((node) => {
    const lines = node.label.split("\n").slice(0, 4).map((line) => clip(line, 48));
    return { ...node, lines, width: 26 + 7.1 * Math.max(6, ...lines.map((line) => line.length)), height: 13 + 17 * lines.length };
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const arrows = graph.arrows.map((arrow) => ({ ...arrow }));
  const layer = layers(nodes, arrows);
  const bends = [];
  const steps = stepsThrough(layer, arrows, bends);
  const columns = arrange([...nodes, ...bends], steps, layer);
  const labelWidth = (i) => Math.max(0, ...arrows.filter((a) => layer.get(a.from) === i).map((a) => Math.min(a.label.length, 40)));
  const size = placeBoxes(columns, columns.map((_, i) => 44 + 6.2 * labelWidth(i)));
  const picture = shape("svg", { width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}`, role: "img" });
  const tip = shape("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, shape("path", { d: "M0,0 L8,4 L0,8 z" }));
  picture.append(shape("title", {}, "who waits for whom"), shape("defs", {}, tip));
  const labels = [];
  for (const arrow of arrows) {
    const [from, to] = [byId.get(arrow.from), byId.get(arrow.to)];
    const isBack = layer.get(arrow.to) <= layer.get(arrow.from);
    const path = isBack ? pathBack(from, to, size.height - 6) : pathAhead(from, to, arrow.way);
    picture.append(shape("path", { d: path.d, "marker-end": "url(#tip)" }));
    labels.push(shape("text", { class: "label", x: path.x, y: path.y, "text-anchor": "middle" }, clip(arrow.label, 40)));
  }
  // A picture that is a little too wide shrinks; a much wider one is scrolled.
  if (size.width < 1600) picture.classList.add("fits");
  picture.append(...nodes.map(drawNode), ...labels);
  return picture;
}
