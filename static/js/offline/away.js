'use strict';
// The page that stands where another could not be had: says why, and lists what is kept.

const root = document.querySelector('[data-away]');
root.querySelector(`[data-because="${root.dataset.why || 'visit'}"]`).hidden = false;
document.querySelector('[data-again]').addEventListener('click', () => location.reload());

Shelf.courses().then((courses) => {
  const list = root.querySelector('[data-list]');
  for (const course of courses) {
    const line = document.createElement('li');
    const link = document.createElement('a');
    const title = document.createElement('bdi');
    title.dir = 'auto';
    title.textContent = course.title;
    link.href = course.address;
    link.className = 'tap';
    link.append(title);
    line.append(link);
    list.append(line);
  }
  root.querySelector(courses.length ? '[data-some]' : '[data-none]').hidden = false;
});
