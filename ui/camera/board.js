// What a model says, as words, bars and warmth over the picture, without flicker.

const SETTLE = 150; // milliseconds: how fast the bars follow (time constant of their exponential smoothing)
const HEARD_AFTER = 1200; // milliseconds that a new answer must last before it is said aloud

const put = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

// The answers as words and bars; `heard` is called with what is to be said aloud, only when that changes and lasts.
function board(words, heard) {
  const dot = make('span', { className: 'tl-dot' });
  const doubt = symbol('help');
  const name = make('strong', {});
  const chance = make('span', { className: 'tl-percent' });
  const best = make('p', { className: 'tl-best' }, dot, doubt, name, chance);
  const bars = make('ul', { className: 'tl-bars' });
  const note = make('p', { className: 'tl-guess' });
  const panel = make('div', { className: 'tl-verdict tl-camera-answer' }, best, bars, note);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let data = null;
  let shares = new Map(); // smoothed probability by position of the label
  let sure = 0; // smoothed 0..1
  let familiar = 1;
  let current = null; // position of the label that is said, and whether as an answer
  let before = 0;
  let ranked = { when: 0, order: [] };
  let drawn = 0;
  let spoken = '';
  let speaking = 0;

  const percent = (share) => {
    let whole = Math.round(share * 100);
    if (whole === 100 && share < 0.9995) whole = 99;
    return whole ? `${whole}%` : '<1%';
  };

  const colour = (position) => data.palette[position % data.palette.length];

  // All labels in their own order where they are few; of many, the best ones, put in order only twice a second,
  // or at once where the one that is said was not among them.
  const order = (now) => {
    if (data.labels.length <= data.most) return data.labels.map((_, position) => position);
    if (now - ranked.when > 500 || !ranked.order.includes(current.position)) {
      const best = [...shares].sort((a, b) => b[1] - a[1]).slice(0, data.guesses);
      ranked = { when: now, order: best.map(([position]) => position) };
    }
    return ranked.order;
  };

  const aloud = (sentence) => {
    if (sentence === spoken) return;
    spoken = sentence;
    clearTimeout(speaking);
    speaking = setTimeout(() => heard(sentence), HEARD_AFTER);
  };

  function draw(now, answer) {
    const ranking = [...shares].sort((a, b) => b[1] - a[1]).map(([position]) => position);
    const lead = ranking[0];
    // Another label takes over once it leads clearly; "sure" and "familiar" change clearly, too.
    const known = current?.known ? familiar > 0.35 : familiar > 0.65;
    const certain = known && (current?.certain ? sure > 0.35 : sure > 0.65);
    const keeps = current && shares.has(current.position) && shares.get(lead) - shares.get(current.position) < 0.05;
    current = { position: keeps ? current.position : lead, certain, known };
    const first = data.labels[current.position];
    const second = data.labels[ranking.find((position) => position !== current.position)] ?? '';
    dot.hidden = chance.hidden = !certain;
    doubt.hidden = certain;
    dot.style.background = colour(current.position);
    put(name, certain ? first : words.unsure);
    put(chance, percent(shares.get(current.position)));
    panel.classList.toggle('tl-unsure', !certain);
    const finer = answer.best[0] === current.position ? answer.finer : '';
    const guess = filled(known ? words.perhaps : words.strange, { first, second });
    put(note, certain ? finer && filled(words.finer, { name: finer }) : guess);
    note.className = certain ? 'tl-note' : 'tl-guess';
    aloud(certain ? first : words.unsure);

    const positions = order(now);
    while (bars.children.length > positions.length) bars.lastChild.remove();
    while (bars.children.length < positions.length) {
      const track = make('span', { className: 'tl-track' }, make('span', {}));
      bars.append(
        make('li', {}, make('span', { className: 'tl-label' }), make('span', { className: 'tl-share' }), track),
      );
    }
    positions.forEach((position, index) => {
      const [label, share, track] = bars.children[index].children;
      const value = shares.get(position) ?? 0;
      put(label, data.labels[position]);
      put(share, percent(value));
      track.firstChild.style.width = `${(value * 100).toFixed(1)}%`;
      track.firstChild.style.background = colour(position);
    });
    panel.hidden = false;
  }

  return {
    panel,
    // Takes an answer; `at once` where a single moment is asked about, and nothing came before it.
    show(answer, atOnce) {
      if (answer.best.some((position) => position >= data.labels.length)) return; // of a newer model than the page's
      const now = performance.now();
      const part = atOnce || !shares.size ? 1 : 1 - Math.exp(-(now - before) / SETTLE);
      before = now;
      const next = new Map(answer.best.map((position, index) => [position, answer.probabilities[index]]));
      for (const position of new Set([...shares.keys(), ...next.keys()])) {
        const old = shares.get(position) ?? 0;
        const value = old + ((next.get(position) ?? 0) - old) * part;
        if (value < 0.0005 && !next.has(position)) shares.delete(position);
        else shares.set(position, value);
      }
      sure += (answer.sure - sure) * part;
      familiar += (answer.familiar - familiar) * part;
      if (atOnce) ranked.when = 0;
      if (!atOnce && still.matches && now - drawn < 500) return; // who wants less motion gets two a second
      drawn = now;
      draw(now, answer);
    },
    forget() {
      shares = new Map();
      current = null;
      spoken = '';
      clearTimeout(speaking);
      panel.hidden = true;
    },
    update(next) {
      if (data && JSON.stringify(next.labels) !== JSON.stringify(data.labels)) this.forget();
      data = next;
    },
  };
}

// Where it looked, over the view: the rest is dimmed, and what mattered most glows.
function warmth(canvas, answer) {
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!answer.heat) return;
  const [height, width] = answer.grid;
  const image = new ImageData(width, height);
  [...atob(answer.heat)].forEach((character, index) => {
    const heat = character.charCodeAt(0) / 255;
    const glow = Math.max(0, heat * 2 - 1);
    image.data.set([250 * glow + 12 * (1 - glow), 150 * glow + 18 * (1 - glow), 40 * glow + 30 * (1 - glow)], index * 4);
    image.data[index * 4 + 3] = 255 * (heat < 0.5 ? 0.62 * (1 - heat * 2) : 0.5 * glow);
  });
  const small = make('canvas', { width, height });
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}
