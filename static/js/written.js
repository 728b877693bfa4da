'use strict';
// Moments and numbers for whoever reads `language`, as the site's own pages write them: Arabic as
// in Morocco. Browsers do not know Amazigh and would take their own language instead: it gets
// figures only, set as in French.
self.Written = (() => {
  const isUnknown = (language) => language.startsWith('zgh');
  const known = (language) => `${isUnknown(language) ? 'fr' : language.replace(/^ar$/, 'ar-MA')}-u-nu-latn`;
  const month = (language) => (isUnknown(language) ? '2-digit' : 'long');

  return {
    moment(at, language) {
      const isToday = at.toDateString() === new Date().toDateString();
      const day = isToday ? {} : { day: 'numeric', month: month(language) };
      const hour = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
      return new Intl.DateTimeFormat(known(language), { ...day, ...hour }).format(at);
    },

    number: (value, language) => new Intl.NumberFormat(known(language), { maximumFractionDigits: 1 }).format(value),
  };
})();
