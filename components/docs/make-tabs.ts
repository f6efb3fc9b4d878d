let made = 0;

/**
 * Makes tabs of blocks that stand under one another with a title each, as they do on paper. A chosen title is chosen in all
 * groups of the page that have it.
 */
export function makeTabs(root: HTMLElement): void {
  for (const group of root.querySelectorAll<HTMLElement>(".doc-tabs")) {
    if (group.querySelector(":scope > [role=tablist]")) continue;
    const panels = [...group.querySelectorAll<HTMLElement>(":scope > .doc-tab")];
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Alternatives");
    for (const panel of panels) list.append(makeTab(panel));
    group.prepend(list);
    choose(group, 0);
    list.addEventListener("click", (event) => {
      const tab = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=tab]") : null;
      if (tab) chooseEverywhere(root, group, tab);
    });
    list.addEventListener("keydown", (event) => move(event, root, group, list));
  }
}

function makeTab(panel: HTMLElement): HTMLElement {
  made += 1;
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = `doc-tab-${made}`;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", `doc-panel-${made}`);
  tab.textContent = panel.dataset.title ?? "";
  panel.id = `doc-panel-${made}`;
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  panel.querySelector<HTMLElement>(":scope > .doc-tab-title")?.setAttribute("hidden", "");
  return tab;
}

const tabsOf = (group: HTMLElement) => [
  ...group.querySelectorAll<HTMLElement>(":scope > [role=tablist] > [role=tab]"),
];

function choose(group: HTMLElement, index: number): void {
  for (const [at, tab] of tabsOf(group).entries()) {
    const isChosen = at === index;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls") ?? "")?.toggleAttribute("hidden", !isChosen);
  }
}

function chooseEverywhere(root: HTMLElement, own: HTMLElement, tab: HTMLElement): void {
  choose(own, tabsOf(own).indexOf(tab));
  for (const group of root.querySelectorAll<HTMLElement>(".doc-tabs")) {
    const index = tabsOf(group).findIndex((other) => other.textContent === tab.textContent);
    if (group !== own && index !== -1) choose(group, index);
  }
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

function move(event: KeyboardEvent, root: HTMLElement, group: HTMLElement, list: HTMLElement): void {
  const tabs = tabsOf(group);
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  if (at === -1 || !list.contains(document.activeElement)) return;
  const step = steps[event.key];
  const next =
    event.key === "Home"
      ? tabs[0]
      : event.key === "End"
        ? tabs.at(-1)
        : step === undefined
          ? undefined
          : tabs.at((at + step) % tabs.length);
  if (!next) return;
  event.preventDefault();
  chooseEverywhere(root, group, next);
  next.focus();
}

/** Opens the tab that a panel belongs to. */
export function showPanel(panel: HTMLElement): void {
  const group = panel.parentElement;
  const tab = group ? tabsOf(group).findIndex((one) => one.getAttribute("aria-controls") === panel.id) : -1;
  if (group && tab !== -1) choose(group, tab);
}
