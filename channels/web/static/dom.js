// Building the page without ever reading text as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (`on…` are listeners, `data-…`/`aria-…` attributes) and children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const STROKES = {
  send: ["M12 19V5", "M5.5 11.5 12 5l6.5 6.5"],
  person: ["M12 12.2a4.1 4.1 0 1 0 0-8.2 4.1 4.1 0 0 0 0 8.2Z", "M4.5 20c.8-3.6 3.7-5.4 7.5-5.4s6.7 1.8 7.5 5.4"],
  anew: ["M12.5 4.8H7A2.2 2.2 0 0 0 4.8 7v10A2.2 2.2 0 0 0 7 19.2h10a2.2 2.2 0 0 0 2.2-2.2v-5.5", "M17.7 4.2l2.1 2.1-7.6 7.6-2.8.7.7-2.8z"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  check: ["M5 12.8l4.4 4.2L19 7.4"],
  retry: ["M19.5 12a7.5 7.5 0 1 1-2.3-5.4", "M19.8 3.6v4h-4"],
  source: ["M7 3.8h7.2L18.5 8v12.2H7z", "M14 4v4.3h4.3", "M9.8 12.2h6", "M9.8 15.8h6"],
  up: ["M7.2 10.6 11 3.8c1.5 0 2.4 1 2.2 2.5l-.5 3.2h5.4c1.2 0 2 1.1 1.7 2.2l-1.7 6.6c-.2.9-1 1.5-1.9 1.5H7.2z", "M7.2 10.6H4.2v9.2h3"],
  down: ["M16.8 13.4 13 20.2c-1.5 0-2.4-1-2.2-2.5l.5-3.2H5.9c-1.2 0-2-1.1-1.7-2.2l1.7-6.6c.2-.9 1-1.5 1.9-1.5h9z", "M16.8 13.4h3V4.2h-3"],
  left: ["M14.5 5.5 8 12l6.5 6.5"],
  right: ["M9.5 5.5 16 12l-6.5 6.5"],
  below: ["M12 5v14", "M18.5 12.5 12 19l-6.5-6.5"],
};

/** A line drawing; it says nothing to a screen reader, the button around it does. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" })) {
    svg.setAttribute(key, value);
  }
  for (const line of STROKES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}
