'use strict';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const find = document.getElementById('find');
const troubled = document.getElementById('troubled');
const status = document.getElementById('status');
const items = all('.roads li');
const details = all('.roads details');
const text = new Map(items.map((item) => [item, own(item).textContent.toLowerCase()]));

// The item without the items below it.
function own(item) {
  const copy = item.cloneNode(true);
  all('ul', copy).forEach((list) => list.remove());
  return copy;
}

// Shows the items that fit, with all that leads to them.
function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const active = words.length > 0 || troubled.checked;
  let hits = 0;
  const fits = (item) => words.every((word) => text.get(item).includes(word))
    && (!troubled.checked || item.dataset.state !== 'fine');
  const show = (item) => {
    const hit = fits(item);
    const below = all(':scope > details > ul > li', item).map(show).includes(true);
    hits += hit ? 1 : 0;
    item.hidden = active && !hit && !below;
    if (active && below) item.querySelector('details').open = true;
    return hit || below;
  };
  all('.roads > ul > li').forEach(show);
  status.textContent = active ? `${hits} of ${items.length}` : '';
}
find.addEventListener('input', filter);
troubled.addEventListener('change', filter);
document.getElementById('open').addEventListener('click', () => details.forEach((it) => { it.open = true; }));
document.getElementById('close').addEventListener('click', () => details.forEach((it) => { it.open = false; }));

const picture = document.querySelector('.picture');
const whole = document.getElementById('whole');
const fit = () => picture.classList.toggle('whole', whole.checked);
whole.addEventListener('change', fit);
// A high picture shows its fronts first.
const front = picture.querySelector('.hop');
if (front) {
  const middle = front.getBoundingClientRect().top - picture.getBoundingClientRect().top;
  picture.scrollTop = middle - picture.clientHeight / 2;
}

// A link into the roads unfolds them so far.
function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let it = target; it; it = it.parentElement) {
    it.hidden = false;
    if (it.tagName === 'DETAILS') it.open = true;
  }
  target.scrollIntoView({ block: 'center' });
}
addEventListener('hashchange', unfold);
unfold();

async function copy(button) {
  const source = button.parentElement.querySelector('pre');
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand('copy');
  }
  button.textContent = 'copied';
  setTimeout(() => { button.textContent = 'copy'; }, 1500);
}
all('.copy').forEach((button) => button.addEventListener('click', () => copy(button)));
