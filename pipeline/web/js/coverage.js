// The Leaflet layer that holds our canvases: one for the map, one above for the outline of what is chosen.
(function (C) {
  "use strict";
  const OVER = ".leaflet-control, .vues button, .recherche input, .carte-mois > *, .hors-carte";
  // A finger is not as sure as a mouse: it may touch further beside a symbol.
  const coarse = window.matchMedia("(pointer: coarse)");

  // Draws everything a scene shows; returns what can be touched, in pixels of the view.
  C.draw = function (ctx, view, scene) {
    const targets = [];
    C.paintAreas(ctx, view, scene);
    ctx.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    scene.flows.forEach(function (layer) {
      if (scene.shown(layer.id)) C.paintFlows(ctx, view, layer, scene, targets);
    });
    scene.symbols.forEach(function (layer) {
      if (scene.shown(layer.id)) C.paintSymbols(ctx, view, layer, scene, targets);
    });
    scene.zones.forEach(function (layer) {
      if (scene.shown(layer.id)) C.paintZones(ctx, view, layer, scene, targets);
    });
    if (scene.movers().length) C.paintMovers(ctx, view, scene, targets);
    if (scene.shown("noms")) C.paintLabels(ctx, view, scene.labels(view.scale), targets);
    return targets;
  };

  // A choropleth's columns stand as text; facts and trends are not needed before an area is touched.
  function unpackAreas(values) {
    const facts = values.facts, trend = values.trend;
    values.class = C.numbers(values.class);
    values.text = C.numbers(values.text);
    delete values.facts;
    delete values.trend;
    let lists = null;
    values.details = function (i) {
      lists = lists || [C.lists(facts), C.lists(trend)];
      return {facts: lists[0][i], trend: lists[1][i]};
    };
    // Classes that have a trend are a scale; those of partners are not.
    values.ordered = function () {
      return values.class.some(function (c, i) { return values.details(i).trend.length > 0; });
    };
  }

  // What an annex shows, as a function of what is switched off: {hidden, away, off}, three sets.
  C.scenes = function (data, theme, world) {
    const panels = data.panels.map(function (panel) { return panel.areas; }), labels = C.gatherLabels(data.labels, world);
    data.areas.concat(panels).forEach(unpackAreas);
    data.symbols.forEach(function (layer) { C.spread(layer.items); });
    C.anchor(data.flows, data.symbols);
    return function (state) {
      return {world: world, theme: theme, shapes: theme.shapes, hidden: state.hidden, away: state.away,
        areas: panels[panels.length - 1] || data.areas[0] || null, symbols: data.symbols, flows: data.flows,
        zones: data.zones, movers: function () { return data.movers; }, labels: labels, online: false, marked: null, chosen: null,
        shown: function (layer) { return !state.off.has(layer); }};
    };
  };

  C.Coverage = L.Renderer.extend({
    // A margin around the view would be drawn before anything is seen; `widen` adds it for who drags.
    options: {padding: 0},

    initialize: function (scene) {
      L.Renderer.prototype.initialize.call(this, {});
      this._scene = scene;
      this._targets = [];
    },

    _initContainer: function () {
      this._container = L.DomUtil.create("div", "couverture");
      this._base = L.DomUtil.create("canvas", "", this._container);
      this._top = L.DomUtil.create("canvas", "", this._container);
    },
    widen: function () {
      this.options.padding = 0.25;
      if (this._map) this._update();
    },
    _destroyContainer: function () { L.DomUtil.remove(this._container); },
    _updatePaths: function () {},

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this._sized(this._base);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this.redraw();
      this.fire("update");
    },

    _sized: function (canvas) {
      const size = this._bounds.getSize(), ratio = Math.min(window.devicePixelRatio || 1, 2);
      if (canvas.width === Math.round(size.x * ratio) && canvas.height === Math.round(size.y * ratio)) return;
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
    },

    view: function () {
      const world = this._scene().world, size = this._bounds.getSize();
      const scale = Math.pow(2, this._map.getZoom() - world.zoom), corner = this._map.getPixelOrigin();
      return {
        scale: scale, width: size.x, height: size.y, ratio: Math.min(window.devicePixelRatio || 1, 2),
        x: world.origin[0] * scale - corner.x - this._bounds.min.x,
        y: world.origin[1] * scale - corner.y - this._bounds.min.y,
      };
    },
    // What lies over the map (buttons, scale, search, a box beside it), in pixels of the view.
    _covered: function () {
      const map = this._map.getContainer(), edge = map.getBoundingClientRect();
      const shift = this._map.containerPointToLayerPoint([-edge.left, -edge.top]).subtract(this._bounds.min);
      return Array.from(document.querySelectorAll(OVER)).map(function (element) {
        const box = element.getBoundingClientRect();
        return [box.left + shift.x, box.top + shift.y, box.right + shift.x, box.bottom + shift.y];
      }).filter(function (box) { return box[2] > box[0]; });
    },

    redraw: function () {
      if (!this._map || !this._bounds) return;
      const view = this.view();
      view.covered = this._covered();
      this._targets = C.draw(this._base.getContext("2d"), view, this._scene());
      this.mark();
    },
    mark: function (unit) {
      if (!this._map || !this._bounds) return;
      const scene = this._scene(), marked = unit || scene.marked;
      // A canvas without an outline is not worth its memory, nor the time to show it.
      this._top.hidden = !marked;
      if (!marked) return;
      this._sized(this._top);
      C.paintMark(this._top.getContext("2d"), this.view(), marked, scene.theme);
    },

    // What lies under a point of the map's container: a symbol or arrow first, else the area.
    at: function (point) {
      if (!this._map) return null;
      const scene = this._scene(), view = this.view();
      const p = this._map.containerPointToLayerPoint(point).subtract(this._bounds.min);
      let found = null, nearest = Infinity;
      const reach = coarse.matches ? 14 : 7;
      this._targets.forEach(function (target) {
        const gap = Math.hypot(target.x - p.x, target.y - p.y) - target.radius;
        if (gap < reach && gap <= nearest) {
          nearest = gap;
          found = target;
        }
      });
      if (found && found.unit) return {unit: found.unit};
      if (found) return {item: found.item, layer: found.layer};
      const x = (p.x - view.x) / view.scale, y = (p.y - view.y) / view.scale;
      const ctx = this._top.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      const area = scene.world.areas.find(function (a) {
        return x >= a.box[0] && x <= a.box[2] && y >= a.box[1] && y <= a.box[3] &&
          ctx.isPointInPath(a.path, x, y, "evenodd");
      });
      if (!area) return null;
      const level = scene.areas ? scene.areas.level : scene.world.level;
      return {unit: level === "cercle" ? scene.world.cercles[area.cercle] : area};
    },
  });
})(Cartes);
