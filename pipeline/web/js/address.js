// The view in the address: "#ML050412&mois=2021-03&sans=noms": a link opens it, Back closes the sheet.
(function (C) {
  "use strict";

  function read(text) {
    const state = {code: "", words: {}};
    text.replace(/^#/, "").split("&").forEach(function (part) {
      const at = part.indexOf("=");
      try {
        if (at < 0) state.code = decodeURIComponent(part) || state.code;
        else state.words[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1));
      } catch (error) { /* not one of our addresses */ }
    });
    return state;
  }
  C.readAddress = read;
  C.writeAddress = function (code, words) {
    const parts = code ? [encodeURIComponent(code)] : [];
    words.forEach(function (pair) { if (pair[1] !== "") parts.push(pair[0] + "=" + encodeURIComponent(pair[1]).replace(/%2C/g, ",")); });
    return parts.length ? "#" + parts.join("&") : "";
  };
  C.setAddress = function (text, push) {
    const to = text || location.href.split("#")[0].replace(/.*\//, "");
    // A page opened from a file or in a frame may not be allowed to: the view stays, the address does not follow.
    try { history[push ? "pushState" : "replaceState"]({fiche: Boolean(push)}, "", to); } catch (error) { return false; }
    return true;
  };

  C.startAddress = function (app) {
    const boxes = function (name) { return Array.from(document.querySelectorAll("[data-" + name + "]")); };
    const off = function (name) {
      return boxes(name).filter(function (box) { return !box.checked && !box.closest("[data-legende][hidden]"); })
        .map(function (box) { return box.getAttribute("data-" + name); }).join(",");
    };
    function code() {
      if (app.chosen) return app.chosen.pcode;
      return app.item && app.item.number ? "lieu-" + app.item.number : "";
    }
    app.stateText = function (whole) {
      const data = app.data, view = app.views[0], other = app.views[1], theme = document.querySelector("[data-theme]:checked");
      const centre = view.map.getCenter();
      return C.writeAddress(code(), [
        ["mois", data.panels.length && (whole || view.month < data.panels.length - 1) ? data.panels[view.month].month : ""],
        ["avec", other && other.on ? data.panels[other.month].month : ""],
        ["carte", theme && theme.value !== "0" ? theme.value : ""], ["ecart", app.change ? app.change.state() : ""], ["cacher", off("classe")], ["sans", off("couche")],
        ["vue", whole ? [centre.lat.toFixed(3), centre.lng.toFixed(3), view.map.getZoom()].join(",") : ""],
      ]);
    };

    function uncheck(name, keys) {
      boxes(name).forEach(function (box) {
        const on = keys.indexOf(box.getAttribute("data-" + name)) < 0;
        if (box.checked !== on) {
          box.checked = on;
          box.dispatchEvent(new Event("change"));
        }
      });
    }
    function open(found) {
      const unit = app.world.byCode.get(found), item = /^lieu-/.test(found) ? app.eventOf(found.slice(5)) : null;
      if (unit) C.showUnit(app, unit, {});
      else if (item) C.showItem(app, item.item, item.layer, {});
      return Boolean(unit || item);
    }
    function apply(text) {
      const state = read(text), words = state.words, list = function (name) { return (words[name] || "").split(",").filter(Boolean); };
      const theme = boxes("theme").find(function (box) { return box.value === words.carte; });
      if (theme && !theme.checked) theme.click();
      uncheck("classe", list("cacher"));
      uncheck("couche", list("sans"));
      if (app.setMonths) app.setMonths(words.mois, words.avec);
      if (app.change) app.change.show(words.ecart);
      const unit = app.world.byCode.get(state.code);
      const view = (words.vue || "").split(",").map(Number);
      if (view.length === 3 && view.every(isFinite)) app.setView([view[0], view[1]], view[2]);
      else if (unit) app.zoomTo(unit);
      if (!open(state.code)) C.closePanel(app);
    }

    let applying = false, wanted = location.hash;
    // Called whenever something is chosen or the sheet is closed.
    app.remember = function () {
      if (applying) return;
      const text = app.stateText(false), chosen = Boolean(code());
      if (chosen && !app.opened) app.opened = C.setAddress(text, true);
      else if (!chosen && app.opened) {
        app.opened = false;
        applying = true;
        history.back();
        setTimeout(function () { applying = false; C.setAddress(app.stateText(false)); }, 60);
      } else C.setAddress(text);
    };
    function follow() {
      if (applying) return;
      applying = true;
      apply(location.hash);
      app.opened = Boolean(code()) && Boolean(history.state && history.state.fiche);
      applying = false;
    }
    window.addEventListener("popstate", follow);
    document.addEventListener("change", function (event) {
      if (event.target.closest && event.target.closest(".cote, .mois")) app.remember();
    });
    if (wanted.length > 1) follow();
  };
})(Cartes);
