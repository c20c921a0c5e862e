// SPDX-License-Identifier: Apache-2.0
// The data of the page, and small helpers. Text reaches the page by textContent alone.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const diagnosis = data.report;
const numbers = new Intl.NumberFormat("en-US");

// make("p.soft", "text", child…): an element with classes and children; strings become text.
function make(kind, ...children) {
  const [name, ...classes] = kind.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function on(element, event, action) {
  element.addEventListener(event, action);
  return element;
}

function minutes(value) {
  if (value === null || value === undefined || value < 0) return "";
  if (value === 0) return "< 1 min";
  if (value < 60) return `${value} min`;
  const hours = Math.floor(value / 60);
  if (hours < 24) return value % 60 ? `${hours} h ${value % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${hours / 24} d`;
}

function counted(count, noun) {
  return `${numbers.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function base(file) {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
}

// "node.(*Hub).Add" of "example.com/x/node.(*Hub).Add".
function short(name) {
  const end = name.search(/[(\[]/);
  return name.slice(name.lastIndexOf("/", end < 0 ? name.length : end) + 1);
}

function where(place) {
  return place && place.file ? `${base(place.file)}${place.line ? ":" + place.line : ""}` : "";
}

// One line of a stack.
function frameItem(frame, args) {
  const item = make("li", short(frame.function), args ? make("span.soft", `(${args})`) : null, " ");
  const file = make("span.file", where(frame));
  item.title = `${frame.function}\n${frame.file}:${frame.line}`;
  item.append(file);
  return item;
}

// The goroutines' columns, where the page has them. A frame is [function, file, line], numbers of
// texts; a stack is a list of frames.
const texts = data.texts || [];
const hasGoroutines = Boolean(data.goroutines);

function frameOf(number) {
  const [fn, file, line] = data.frames[number];
  return { function: texts[fn], file: texts[file], line };
}

// What a stack is known by: its first frame outside the runtime and sync.
const ownPattern = /^(runtime|sync|internal\/[a-z]+|syscall|time)\./;
function ownFrame(frames) {
  return frames.find((frame) => !ownPattern.test(frame.function)) || frames[0];
}
