"use strict";
// The page can be read without this: it filters, shows one event at a time, and copies code.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // A browser may refuse to store anything; nothing is lost then but what is remembered.
  const remembered = (key) => {
    try {
      return localStorage.getItem(`platform-events:${key}`);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(`platform-events:${key}`, value);
    } catch {}
  };

  // Before anything is painted.
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = remembered("theme");
  if (chosen) root.dataset.theme = chosen;

  addEventListener("DOMContentLoaded", () => {
    const find = (id) => document.getElementById(id);
    const query = find("query");
    const form = document.querySelector(".filter");
    const items = [...find("groups").querySelectorAll("li")].map((element) => ({
      element,
      text: element.dataset.text,
      category: element.dataset.category,
      isDeprecated: "deprecated" in element.dataset,
    }));
    const groups = [...find("groups").children];
    const articles = [...document.querySelectorAll("article")];
    const home = document.title;

    // Told by screen readers, once, and gone before it is come across.
    let silence;
    const say = (words) => {
      clearTimeout(silence);
      find("said").textContent = words;
      if (words) silence = setTimeout(() => say(""), 3000);
    };

    // --- the theme

    const isDark = () => (root.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
    const showTheme = () => {
      find("theme").lastElementChild.textContent = isDark() ? "Light theme" : "Dark theme";
    };
    find("theme").addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      showTheme();
    });
    prefersDark.addEventListener("change", showTheme);
    showTheme();

    // --- the filter

    const filter = () => {
      const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
      const category = form.elements.category.value;
      const isCurrent = form.elements.current?.checked ?? false;
      const found = new Set();
      let count = 0;
      for (const item of items) {
        const fits =
          (!category || item.category === category) &&
          !(isCurrent && item.isDeprecated) &&
          words.every((word) => item.text.includes(word));
        item.element.hidden = !fits;
        if (fits) {
          found.add(item.category);
          count += 1;
        }
      }
      for (const group of groups) group.hidden = !found.has(group.dataset.category);
      find("nothing").hidden = count > 0;
      const all = `${items.length.toLocaleString("en")} ${items.length === 1 ? "event" : "events"}`;
      find("count").textContent =
        count === items.length ? all : `${count.toLocaleString("en")} of ${all}`;
    };
    const reset = () => {
      form.reset();
      filter();
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (document.activeElement === query) links()[0]?.click();
    });
    find("clear").addEventListener("click", () => {
      reset();
      query.focus();
    });

    // --- the keyboard

    const links = () =>
      items.filter(({ element }) => !element.hidden).map(({ element }) => element.firstElementChild);
    const isTyping = (target) => target.matches("input:not([type=radio], [type=checkbox]), textarea");
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/" && !isTyping(event.target)) {
        event.preventDefault();
        if (!query.checkVisibility()) location.hash = "";
        // A narrow screen shows the list only after the address has changed.
        show();
        query.focus();
        query.select();
      }
    });
    find("list").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && event.target === query) {
        event.preventDefault();
        reset();
      }
      const isLink = event.target.matches("li a");
      if (event.target !== query && !isLink) return;
      const shown = links();
      const at = shown.indexOf(event.target);
      const next = {
        ArrowDown: () => shown[at + 1],
        ArrowUp: () => (at > 0 ? shown[at - 1] : isLink ? query : undefined),
        Home: () => isLink && shown[0],
        End: () => isLink && shown.at(-1),
      }[event.key]?.();
      if (!next) return;
      event.preventDefault();
      next.focus();
    });

    // --- one event at a time

    const place = () => {
      try {
        return decodeURIComponent(location.hash.slice(1));
      } catch {
        return ""; // somebody cut a link in two
      }
    };
    let current;
    const show = () => {
      const target = find(place());
      const article = target?.closest("article") ?? null;
      // An address of something else, such as the main part, changes nothing.
      if (target && !article) return;
      const isNew = article !== current;
      const left = current;
      current = article;
      root.dataset.view = article ? "event" : "list";
      find("about").hidden = Boolean(article);
      for (const other of articles) {
        // The browser's own search finds what is hidden so, and shows it.
        if (other === article) other.removeAttribute("hidden");
        else if (!other.hidden) other.setAttribute("hidden", "until-found");
      }
      for (const { element } of items) {
        const link = element.firstElementChild;
        if (article && link.hash === `#${article.id}`) {
          link.setAttribute("aria-current", "page");
          link.scrollIntoView({ block: "nearest" });
        } else if (link.hasAttribute("aria-current")) link.removeAttribute("aria-current");
      }
      document.title = article ? `${article.id} – ${home}` : home;
      if (!article) {
        // Back to where it was opened.
        if (left) items.find(({ element }) => element.firstElementChild.hash === `#${left.id}`).element.firstElementChild.focus();
        return;
      }
      complete(article);
      if (target !== article) target.scrollIntoView();
      else if (isNew) {
        scrollTo(0, 0);
        article.querySelector("h2").focus({ preventScroll: true });
      }
    };
    addEventListener("hashchange", show);
    for (const article of articles) {
      article.addEventListener("beforematch", () => {
        // An address that leads into the event shows it, too, and stays.
        if (!article.contains(find(place()))) location.hash = article.id;
      });
    }

    // --- what needs a script in an event, made when it is first shown

    const complete = (article) => {
      if (article.dataset.complete) return;
      article.dataset.complete = "true";
      article.querySelector(".actions").prepend(copyButton("Copy name", () => article.id, article.id));
      for (const figure of article.querySelectorAll("figure")) {
        const code = figure.querySelector("code");
        const what = `${figure.closest("section").dataset.language}: ${figure.firstElementChild.textContent}`;
        figure.append(copyButton("Copy", () => code.textContent, what));
        paint(code);
      }
      offerLanguages(article);
    };

    const copyButton = (label, text, what) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = label;
      button.setAttribute("aria-label", `${label}, ${what}`);
      button.addEventListener("click", async () => {
        const isCopied = await copy(text());
        button.textContent = isCopied ? "Copied" : "Press Ctrl+C";
        say(isCopied ? `Copied ${what}` : "Not copied: the browser does not allow it");
        setTimeout(() => {
          button.textContent = label;
        }, 3000);
      });
      return button;
    };
    const copy = async (text) => {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return copyAsOfOld(text);
      }
    };
    // Pages that came by plain HTTP have no clipboard but this.
    const copyAsOfOld = (text) => {
      const area = document.createElement("textarea");
      const focused = document.activeElement;
      area.value = text;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      const isCopied = document.execCommand("copy");
      area.remove();
      focused?.focus({ preventScroll: true });
      return isCopied;
    };

    // Tabs, after https://www.w3.org/WAI/ARIA/apg/patterns/tabs/; one choice for all events.
    const offerLanguages = (article) => {
      const panels = [...article.querySelectorAll(".language")];
      const bar = document.createElement("div");
      bar.className = "tabs";
      bar.setAttribute("role", "tablist");
      bar.setAttribute("aria-label", "Language");
      panels.forEach((panel) => {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.id = `${article.id}:tab:${panel.dataset.language}`;
        tab.textContent = tab.dataset.language = panel.dataset.language;
        tab.setAttribute("role", "tab");
        panel.id = `${article.id}:code:${panel.dataset.language}`;
        tab.setAttribute("aria-controls", panel.id);
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", tab.id);
        tab.addEventListener("click", () => choose(tab.dataset.language));
        bar.append(tab);
      });
      bar.addEventListener("keydown", (event) => {
        const tabs = [...bar.children];
        const at = tabs.indexOf(event.target);
        const next = {
          ArrowRight: tabs[(at + 1) % tabs.length],
          ArrowLeft: tabs.at(at - 1),
          Home: tabs[0],
          End: tabs.at(-1),
        }[event.key];
        if (!next) return;
        event.preventDefault();
        choose(next.dataset.language);
        next.focus();
      });
      panels[0].before(bar);
      showLanguage(remembered("language") ?? panels[0].dataset.language, article);
    };
    const choose = (language) => {
      remember("language", language);
      showLanguage(language, document);
    };
    const showLanguage = (language, within) => {
      for (const tab of within.querySelectorAll("[role=tab]")) {
        const isChosen = tab.dataset.language === language;
        tab.setAttribute("aria-selected", String(isChosen));
        tab.tabIndex = isChosen ? 0 : -1;
        find(tab.getAttribute("aria-controls")).hidden = !isChosen;
      }
    };

    // Colours without elements, so that a page of a thousand events stays light.
    const TOKENS =
      /(?<string>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?<number>\b\d[\d.]*\b)|(?<word>\b(?:as|async|await|const|def|export|from|import|new|None|True|False|true|false|null)\b)/g;
    const paint = (code) => {
      if (!window.Highlight || !CSS.highlights) return;
      const node = code.firstChild;
      for (const match of node.data.matchAll(TOKENS)) {
        const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined);
        if (!CSS.highlights.has(kind)) CSS.highlights.set(kind, new Highlight());
        const range = new Range();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        CSS.highlights.get(kind).add(range);
      }
    };

    show();
  });
})();
