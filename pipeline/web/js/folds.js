// Parts that fold under their heading. On a narrow screen those beside the map are sheets that rise from its
// lower edge, one at a time, so that map and legend are seen together; there they start folded.
(function (C) {
  "use strict";
  const narrow = window.matchMedia("screen and (max-width: 899px)");
  const phone = window.matchMedia("screen and (max-width: 599px)");
  C.phone = function () { return phone.matches; };

  function set(button, open) {
    button.setAttribute("aria-expanded", String(open));
    C.by(button.getAttribute("aria-controls")).hidden = !open;
  }

  C.startFolds = function () {
    const buttons = Array.from(document.querySelectorAll("[data-plier]"));
    function beside(button) { return Boolean(button.closest(".cote")); }
    function all() { buttons.forEach(function (button) { set(button, !narrow.matches); }); }

    buttons.forEach(function (button) {
      button.addEventListener("click", function () {
        const open = button.getAttribute("aria-expanded") !== "true";
        if (narrow.matches && beside(button)) {
          buttons.filter(beside).forEach(function (other) { set(other, false); });
          if (open) C.by("cartes").scrollIntoView();
        }
        set(button, open);
      });
    });
    document.addEventListener("keydown", function (event) {
      const button = document.activeElement.closest(".volet") &&
        document.activeElement.closest(".volet").querySelector("[data-plier]");
      if (event.key !== "Escape" || !narrow.matches || !button || button.getAttribute("aria-expanded") !== "true") return;
      set(button, false);
      button.focus();
    });
    if (narrow.addEventListener) narrow.addEventListener("change", all);
    else narrow.addListener(all);
    all();
  };
})(Cartes);
