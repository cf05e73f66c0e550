// The viewer knows two themes and does not ask the browser which one its user likes.
const likesDark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  const dark = likesDark.matches;
  const viewer = document.querySelector("rapi-doc");
  viewer.setAttribute("theme", dark ? "dark" : "light");
  viewer.setAttribute("bg-color", dark ? "#16181a" : "#ffffff");
  viewer.setAttribute("nav-bg-color", dark ? "#1d2023" : "#f4f6f3");
  viewer.setAttribute("nav-text-color", dark ? "#d5dbd3" : "#2c352c");
  viewer.setAttribute("primary-color", dark ? "#7cc38a" : "#2b6e3a");
}

document.addEventListener("DOMContentLoaded", applyTheme);
likesDark.addEventListener("change", applyTheme);
