// Keeps what is being written on this device until it is saved, and lets the page grow with it.
(() => {
  const PREFIX = "draft:";
  const KEPT_FOR = 24 * 60 * 60 * 1000;

  const store = (() => {
    try {
      localStorage.getItem(PREFIX);
      return localStorage;
    } catch {
      return null; // Private windows may refuse: writing works all the same.
    }
  })();

  // Tells whether a change was begun on the text that the page now holds.
  const mark = (text) => {
    let sum = text.length;
    for (let i = 0; i < text.length; i += 1) sum = (sum * 31 + text.charCodeAt(i)) | 0;
    return sum;
  };

  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };

  const forgetOld = () => {
    for (const key of Object.keys(store)) {
      if (!key.startsWith(PREFIX)) continue;
      const draft = read(key);
      // A slash: it was kept under its link, as drafts once were.
      if (!draft || key.includes("/") || Date.now() - draft.at > KEPT_FOR) store.removeItem(key);
    }
  };

  const grow = (field) => {
    if (CSS.supports("field-sizing", "content")) return;
    const fit = () => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
    };
    field.addEventListener("input", fit);
    fit();
  };

  const keep = (field) => {
    const key = PREFIX + field.dataset.draftName;
    const status = document.querySelector("[data-draft-status]");
    const discard = document.querySelector("[data-draft-discard]");
    const given = field.defaultValue;
    // What is saved already: nothing, unless this page changes an answer. After an error the page
    // holds what was typed, which isn't saved yet.
    const saved = field.dataset.draft === "change" ? given : "";
    const base = mark(saved);
    // The page has the words, in its language: which of them.
    const say = (which, kept) => {
      if (status) status.textContent = status.dataset[which] ?? "";
      if (discard) discard.hidden = !kept;
    };

    const draft = read(key);
    if (draft && draft.base === base && draft.text !== given && given === saved) {
      field.value = draft.text;
      say("found", true);
    }

    let timer;
    const write = () => {
      clearTimeout(timer);
      if (field.value === saved || !field.value.trim()) {
        store.removeItem(key);
        say("", false);
        return;
      }
      try {
        store.setItem(key, JSON.stringify({ text: field.value, base, at: Date.now() }));
        say("kept", true);
      } catch {
        say("", false);
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(write, 400);
    });
    addEventListener("pagehide", () => {
      if (timer) write();
    });
    field.form.addEventListener("submit", () => {
      write();
      timer = undefined;
    });
    discard?.addEventListener("click", () => {
      clearTimeout(timer);
      timer = undefined;
      store.removeItem(key);
      field.value = saved;
      field.dispatchEvent(new Event("input"));
      clearTimeout(timer);
      timer = undefined;
      say("gone", false);
      field.focus();
    });
  };

  const done = document.querySelector("[data-clear-draft]");
  if (store && done) store.removeItem(PREFIX + done.dataset.clearDraft);
  if (store) forgetOld();
  for (const field of document.querySelectorAll("textarea[data-draft]")) {
    if (store) keep(field);
  }
  for (const field of document.querySelectorAll("textarea")) grow(field);
})();
