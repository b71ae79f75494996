// Puts the parts together: first the map, then, once it is painted, everything else.
(function (C) {
  "use strict";

  C.createApp = function () {
    const data = C.data("donnees"), theme = C.data("theme");
    return {data: data, theme: theme, views: [], hidden: new Set(), off: new Set(), away: new Set(), online: false};
  };

  function soon(work) {
    requestAnimationFrame(function () { setTimeout(work, 0); });
  }

  function done() {
    performance.mark("page-prete");
    document.documentElement.setAttribute("data-pret", "");
    C.by("ancien").hidden = true;
  }

  // A page without a map (annex 4).
  C.startList = function () {
    const app = C.app = C.createApp();
    C.startFolds();
    C.startTable(app);
    C.startPrint(app);
    C.startShare(app);
    done();
  };

  // A page with a map: folium has made it, our layer and its tools are added here.
  C.startMap = function (map, options) {
    const app = C.app = C.createApp(), data = app.data;
    C.startFolds();
    const topology = C.data("topologie");
    app.world = C.buildWorld(topology, options.bounds);
    const b = options.bounds;
    app.bounds = L.latLngBounds([b[1], b[0]], [b[3], b[2]]);
    const sceneOf = C.scenes(data, app.theme, app.world);

    app.addView = function (target, id) {
      const scene = sceneOf({hidden: app.hidden, away: app.away, off: app.off}), latest = scene.areas;
      scene.online = app.online;
      scene.movers = function () { return !(app.views[1] && app.views[1].on) && scene.areas === latest ? data.movers : []; };
      const view = {id: id, map: target, scene: scene, on: true, month: data.panels.length - 1};
      view.layer = new C.Coverage(function () { return scene; });
      view.layer.addTo(target);
      app.views.push(view);
      target.on("click", function (event) { touch(view, event.containerPoint); });
      target.on("mousemove", function (event) { hint(view, event); });
      target.on("mouseout movestart", function () { C.by("bulle").hidden = true; });
      target.getContainer().addEventListener("keydown", function (event) {
        if (event.key !== "Enter" || event.target !== target.getContainer()) return;
        touch(view, target.getSize().divideBy(2), true);
      });
      return view;
    };
    function touch(view, point, focus) {
      const found = view.layer.at(point);
      if (!found) C.closePanel(app);
      else if (found.unit) C.showUnit(app, found.unit, {focus: focus});
      else C.showItem(app, found.item, found.layer, {focus: focus});
    }
    function hint(view, event) {
      const bubble = C.by("bulle");
      if (event.originalEvent.buttons) return;
      const found = view.layer.at(event.containerPoint);
      bubble.hidden = !found;
      view.map.getContainer().classList.toggle("dessus", Boolean(found));
      if (view.under !== (found && found.unit)) view.layer.mark(found && found.unit);
      view.under = found && found.unit;
      if (!found) return;
      const values = view.scene.areas;
      const figure = found.unit && values ? " : " + data.texts[values.text[found.unit.index]] : "";
      bubble.textContent = C.clip(found.unit ? found.unit.name + figure : found.item.label, 80);
      const x = event.originalEvent.clientX, y = event.originalEvent.clientY;
      bubble.style.left = Math.max(4, Math.min(x + 14, window.innerWidth - bubble.offsetWidth - 8)) + "px";
      bubble.style.top = Math.max(4, y - bubble.offsetHeight - 10) + "px";
    }

    app.redraw = function () {
      app.views.forEach(function (view) {
        view.scene.online = app.online;
        view.layer.redraw();
      });
    };
    app.select = function (unit, item) {
      app.chosen = unit;
      app.views.forEach(function (view) {
        view.scene.marked = unit;
        view.scene.chosen = item;
      });
      if (item || app.item) app.redraw();
      else app.views.forEach(function (view) { view.layer.mark(); });
      app.item = item;
      if (app.markCards) app.markCards(item);
      if (app.remember) app.remember();
    };
    app.reopen = function () { if (app.chosen && !C.by("fiche").hidden) C.showUnit(app, app.chosen, {}); };
    app.setLayer = function (i) {
      if (app.change) app.change.stop();
      app.views.forEach(function (view) { view.scene.areas = data.areas[i]; });
      Array.from(document.querySelectorAll("[data-legende]")).forEach(function (box) {
        box.hidden = box.getAttribute("data-legende") !== String(i);
      });
      app.showAll();
      app.reopen();
    };
    function unplane(x, y) {
      const origin = app.world.origin;
      return map.unproject(L.point(x + origin[0], y + origin[1]), app.world.zoom);
    }
    app.lonLat = function (x, y) {
      const at = unplane(x, y);
      return [Math.round(at.lng * 1e5) / 1e5, Math.round(at.lat * 1e5) / 1e5];
    };
    // Leaflet drops what is asked of it while a zoom is under way: it is done once that has ended.
    app.steadily = function (work) {
      if (map._animatingZoom) map.once("zoomend", function () { app.steadily(work); });
      else work();
    };
    app.setView = function (at, zoom) {
      app.steadily(function () { map.setView(at, zoom, {animate: false}); });
    };
    app.zoomTo = function (unit) {
      const box = L.latLngBounds(unplane(unit.box[0], unit.box[1]), unplane(unit.box[2], unit.box[3]));
      app.steadily(function () { map.fitBounds(box.pad(0.4), {maxZoom: 9, animate: false}); });
    };
    // Moves the map so that a point is not under the panel; on a phone, brings the map to the top first.
    app.reveal = function (point) { app.steadily(function () { reveal(point); }); };
    function reveal(point) {
      const sheet = C.by("fiche").getBoundingClientRect(), wide = window.innerWidth >= 900;
      let box = map.getContainer().getBoundingClientRect();
      if (!wide && Math.min(box.bottom, sheet.top) - Math.max(box.top, 0) < 180) {
        window.scrollBy(0, box.top - 8);
        box = map.getContainer().getBoundingClientRect();
      }
      const left = 20, top = Math.max(20 - box.top, 20), right = (wide ? sheet.left : box.right) - box.left - 20;
      const bottom = Math.min(box.bottom, wide ? window.innerHeight : sheet.top) - box.top - 20;
      const at = map.latLngToContainerPoint(unplane(point[0], point[1]));
      if (right <= left || bottom <= top || (at.x > left && at.x < right && at.y > top && at.y < bottom)) return;
      map.panBy([at.x - (left + right) / 2, at.y - (top + bottom) / 2], {animate: false});
    }
    app.centre = function (at) {
      app.steadily(function () { map.setView([at[1], at[0]], Math.max(map.getZoom(), 7.5), {animate: false}); });
    };
    // A view that fits its box is fitted again when the screen turns, until the reader moves the map.
    let fitted = null;
    app.fit = function (box) { app.steadily(function () { fit(box); }); };
    function fit(box) {
      // On a phone, a part of the country stays clear of the buttons at the right.
      const right = C.phone() && box !== app.bounds ? 66 : 6;
      map.fitBounds(box, {animate: false, paddingTopLeft: [6, 6], paddingBottomRight: [right, 6]});
      fitted = {box: box, zoom: map.getZoom(), centre: map.getCenter()};
    }
    map.on("resize", function () {
      // (Hidden for printing, it has no size.)
      if (!fitted || map.getZoom() !== fitted.zoom || !map.getSize().x || !map.getSize().y) return;
      if (map.project(map.getCenter()).distanceTo(map.project(fitted.centre)) < 4) app.fit(fitted.box);
    });
    function boxOf(codes) {
      const box = L.latLngBounds([]);
      codes.forEach(function (code) {
        const unit = app.world.byCode.get(code);
        if (unit) box.extend(unplane(unit.box[0], unit.box[1])).extend(unplane(unit.box[2], unit.box[3]));
      });
      return box.isValid() ? box : app.bounds;
    }
    // On a phone, events of one part of the country would lie on each other if all of it were shown.
    const events = L.latLngBounds([]);
    data.symbols.forEach(function (layer) {
      layer.items.forEach(function (item) { events.extend([item.at[1], item.at[0]]); });
    });
    // What the printed map is fitted to, where it is not the whole country.
    app.home = boxOf(data.regions);
    app.fit(events.isValid() && C.phone() ? events.pad(0.12) : app.home);

    // In a frame of somebody's page the wheel turns that page, until the map is chosen.
    if (window.self !== window.top) {
      map.scrollWheelZoom.disable();
      map.on("click focus", function () { map.scrollWheelZoom.enable(); });
      map.on("mouseout blur", function () { map.scrollWheelZoom.disable(); });
    }
    app.addView(map, "carte");
    performance.mark("carte-peinte");
    C.empty(C.by("carte").querySelector(".image-fixe")).remove();
    soon(function () {
      C.startPanel(app);
      C.startLegend(app);
      C.startEvents(app);
      C.startMonths(app);
      C.startChange(app);
      C.startSearch(app);
      C.startPrint(app);
      Array.from(document.querySelectorAll("[data-vue]")).forEach(function (button) {
        button.addEventListener("click", function () {
          app.fit(boxOf(button.getAttribute("data-vue") === "detail" ? data.inset : []));
        });
      });
      if (options.tiles) {
        C.by("fond-en-ligne").addEventListener("change", function (event) {
          app.online = event.target.checked;
          if (app.online) options.tiles.addTo(map);
          else options.tiles.remove();
          C.by("fond-credit").hidden = !app.online;
          app.redraw();
        });
      }
      // The table is long: the map already answers while it is made.
      soon(function () {
        data.table.keys = data.table.keys || app.world.areas.map(function (area) { return area.pcode; });
        data.table.columns.forEach(function (column) {
          column.v = column.v || app.world.areas.map(function (area) { return area.name; });
        });
        C.startTable(app);
        C.startShare(app);
        C.startAddress(app);
        app.views.forEach(function (view) { view.layer.widen(); });
        done();
      });
    });
    // What folium's control of layers switches.
    return app.views[0].layer;
  };
})(Cartes);
