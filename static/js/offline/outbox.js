'use strict';
// What was handed in without a link, as pages show it until its learner has seen what became of
// it: waiting, sent, or not taken. A worker cannot run templates, so the plan of a course brings
// each state as HTML with {braces}; what is filled in is escaped.

self.Outbox = (() => {
  const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const fill = (html, values) => html.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  const named = (deeds) => deeds.filter((each) => each.deed);
  const waiting = (deeds) => named(deeds).filter((each) => !each.held);

  const written = (at, language) => `<time datetime="${at.toISOString()}">${Written.moment(at, language)}</time>`;

  function line(each, { outbox, language }) {
    const here = `/offline/deeds/${each.deed}`;
    return fill(outbox[each.state || 'waiting'], {
      title: `<bdi dir="auto">${escape(each.title)}</bdi>`,
      time: written(new Date(each.at), language),
      reason: `<bdi dir="auto">${escape(each.reason || '')}</bdi>`,
      address: escape(each.address || each.path),
      download: `${here}/download`,
      again: `${here}/again`,
      removal: `${here}/removal`,
    });
  }

  /** The lines of these deeds, above them how many wait; empty where there are none. */
  function html(deeds, course) {
    if (!course.outbox) return '';
    const count = waiting(deeds).length;
    const head = count ? fill(course.outbox.count, { count }) : '';
    const lines = head + named(deeds).map((each) => line(each, course)).join('');
    // The page may be in another language by now.
    const direction = course.language.startsWith('ar') ? 'rtl' : 'ltr';
    return lines && `<div class="stack" lang="${course.language}" dir="${direction}">${lines}</div>`;
  }

  /** A notebook of a deed as a file for Jupyter. */
  function asFile({ cells, language }) {
    const all = cells.map(({ id, kind, source }) => ({
      cell_type: kind, id, metadata: {}, source, ...(kind === 'code' ? { execution_count: null, outputs: [] } : {}),
    }));
    return JSON.stringify({ cells: all, metadata: { jazari: { lang: language } }, nbformat: 4, nbformat_minor: 5 }, null, 1);
  }

  /**
   * The notebooks of a deed to download: the only one as it is, several in an archive with the
   * names that the site gives them. Null where there is none.
   */
  function notebook(each) {
    const work = each.fields.find(([name]) => name === 'work');
    if (!work) return null;
    const slug = /\/assignments\/([^/]+)\//.exec(each.path)[1];
    const all = Object.entries(JSON.parse(work[1]));
    const sent = (content, type, name) => new Response(content, {
      headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` },
    });
    if (all.length === 1) {
      const [[name, only]] = all;
      return sent(asFile(only), 'application/x-ipynb+json', `${name || slug}.ipynb`);
    }
    const files = Object.fromEntries(all.map(([name, one]) => [`${slug}/${name}.ipynb`, asFile(one)]));
    return sent(Zip.made(files), 'application/zip', `${slug}.zip`);
  }

  return { html, named, notebook, written };
})();
