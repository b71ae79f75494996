// Texts, numbers and elements. Every text reaches the page through textContent, never as markup.
const Cartes = {};
(function (C) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre"];

  // What is neither a letter nor a digit, in the alphabets of names (properties of letters are newer than ES2015).
  const APART = /[\u0000-/:-@[-\u0060{-\u00bf\u00d7\u00f7\u02b0-\u02ff\u2000-\u206f\u20a0-\u2bff\u3000-\u303f\ufe30-\ufe4f\uff01-\uff0f]+/g;

  const LETTERS = {"œ": "oe", "æ": "ae", "ɛ": "e", "ɔ": "o", "ß": "ss"};

  C.FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

  C.by = function (id) { return document.getElementById(id); };

  function build(node, attributes, children) {
    Object.keys(attributes || {}).forEach(function (name) {
      const value = attributes[name];
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
    });
    children.forEach(function (child) {
      if (child === null || child === undefined) return;
      node.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
    });
    return node;
  }

  // el("button", {type: "button", click: handler}, "text", otherElement)
  C.el = function (tag, attributes, ...children) {
    return build(document.createElement(tag), attributes, children);
  };
  C.svg = function (tag, attributes, ...children) {
    return build(document.createElementNS(SVG, tag), attributes, children);
  };
  C.empty = function (node) {
    while (node.firstChild) node.removeChild(node.firstChild);
    return node;
  };

  // Lower case, without accents; apostrophes, hyphens and the like are spaces.
  C.normalise = function (text) {
    return String(text).toLowerCase().replace(/[œæɛɔß]/g, function (letter) { return LETTERS[letter]; })
      .normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(APART, " ").trim();
  };

  // Edits between two words (a swap of neighbours is one), or limit + 1 where there are more.
  C.edits = function (a, b, limit) {
    if (Math.abs(a.length - b.length) > limit) return limit + 1;
    let before = [], last = [], row = [];
    for (let j = 0; j <= b.length; j++) last.push(j);
    for (let i = 1; i <= a.length; i++) {
      row = [i];
      let best = i;
      for (let j = 1; j <= b.length; j++) {
        let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          cost = Math.min(cost, before[j - 2] + 1);
        }
        row.push(cost);
        if (cost < best) best = cost;
      }
      if (best > limit) return limit + 1;
      before = last;
      last = row;
    }
    return last[b.length];
  };

  C.number = function (value) {
    const parts = String(Math.abs(Math.round(value * 100) / 100)).split(".");
    const whole = parts[0].replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return (value < 0 ? "\u2212" : "") + whole + (parts[1] ? "," + parts[1] : "");
  };
  C.plural = function (count, one, many) {
    return C.number(count) + "\u00a0" + (Math.abs(count) < 2 ? one : many || one + "s");
  };
  C.monthName = function (month) {
    const found = /^(\d{4})-(\d{2})$/.exec(month);
    return found && MONTHS[found[2] - 1] ? MONTHS[found[2] - 1] + " " + found[1] : month;
  };
  C.dayName = function (day) {
    const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(day);
    return found ? found[3] + "/" + found[2] + "/" + found[1] : day;
  };

  // "de Mopti", "d’Ansongo", "de Ouattagouna": elision as in the bulletin's prose.
  C.of = function (name) {
    const plain = C.normalise(name);
    const vowel = plain[0] === "y" ? /^y[^aeiou]/.test(plain) : /^[aeiou]/.test(plain) && !/^ou[aei]/.test(plain);
    return (vowel ? "d’" : "de ") + name;
  };

  // "De mai", "D’octobre", at the head of a sentence.
  C.from = function (name) {
    const told = C.of(name);
    return told.charAt(0).toUpperCase() + told.slice(1);
  };

  // A short text for places with little room (canvas labels, hints).
  C.clip = function (text, length) {
    const letters = Array.from(String(text));
    return letters.length > length ? letters.slice(0, length - 1).join("") + "…" : String(text);
  };

  const DIGITS = {};
  Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_").forEach(function (c, i) {
    DIGITS[c.charCodeAt(0)] = i;
  });

  // Whole numbers from text: five bits a character, sign in the lowest bit.
  C.numbers = function (text) {
    const out = [];
    let value = 0, shift = 0;
    for (let i = 0; i < text.length; i++) {
      const digit = DIGITS[text.charCodeAt(i)];
      value += (digit & 31) << shift;
      if (digit & 32) shift += 5;
      else {
        out.push(value & 1 ? -(value >> 1) : value >> 1);
        value = shift = 0;
      }
    }
    return out;
  };

  // Steps become the numbers that they lead to.
  C.sums = function (values) {
    for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
    return values;
  };

  // Lists of numbers: the distinct ones, each with its length before it, and which of them stands where.
  C.lists = function (parts) {
    const all = C.numbers(parts[0]), distinct = [];
    for (let i = 0; i < all.length; i += all[i] + 1) distinct.push(all.slice(i + 1, i + 1 + all[i]));
    return C.numbers(parts[1]).map(function (i) { return distinct[i]; });
  };

  C.data = function (id) { return JSON.parse(C.by(id).textContent); };
  C.say = function (text) { C.by("annonce").textContent = text; };
})(Cartes);
