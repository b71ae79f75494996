// What folium's own elements ask of a page: `$`, with which a popup makes an element of its text (jQuery's, in 87 kB).
var $ = function (text) {
  const box = document.createElement("template");
  box.innerHTML = text.trim();
  return box.content.children;
};
