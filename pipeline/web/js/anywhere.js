// An annex as a layer of any Leaflet map: what it paints, a popup of what is touched, and a key that says what it is, for
// whom, in which classes and from which sources.
(function (C) {
  "use strict";
  const worlds = {};

  function keyOf(data, scene) {
    const about = data.about, list = C.el("ul", {});
    C.legendEntries({}, scene).forEach(function (entry) {
      const sign = C.el("canvas", {width: 24, height: 24});
      entry.draw(sign.getContext("2d"), 0, 0);
      list.appendChild(C.el("li", {}, sign, entry.label));
    });
    return C.el("section", {class: "cle-couverture", "aria-label": about.title}, C.el("h3", {}, about.title),
      C.el("p", {}, about.subtitle), list,
      C.el("p", {class: "audience"}, [about.audience].concat(about.marks).join(" · ")),
      C.el("small", {}, "Sources : " + about.sources + ". Limites : " + about.limits + ". Produit le " + about.produced + ". " + about.disclaimer + " Carte : Leaflet, folium."));
  }

  // ids: of the page's JSON; bounds: west, south, east, north. Returns a Leaflet layer.
  C.anywhere = function (ids, bounds) {
    const data = C.data(ids.data), theme = C.data(ids.theme), none = function () { return new Set(); };
    const world = worlds[ids.ground] = worlds[ids.ground] || C.buildWorld(C.data(ids.ground), bounds);
    const scene = C.scenes(data, theme, world)({hidden: none(), away: none(), off: none()});
    const layer = new C.Coverage(function () { return scene; }), key = L.control({position: "bottomleft"});
    let map = null;
    key.onAdd = function () {
      const box = keyOf(data, scene);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    function touch(event) {
      const found = layer.at(event.containerPoint);
      scene.marked = found && found.unit || null;
      layer.mark();
      if (found) L.popup({maxHeight: 260}).setLatLng(event.latlng).setContent(C.briefly(data, world, scene, found)).openOn(event.target);
    }
    layer.getBounds = function () { return L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]); };
    layer.on("add", function () {
      map = layer._map;
      layer.widen();
      key.addTo(map);
      map.on("click", touch);
    });
    layer.on("remove", function () {
      key.remove();
      map.off("click", touch);
    });
    return layer;
  };
})(Cartes);
