// Every sentence of the page: [English, Korean].

const WORDS = {
  lead: [
    'Show it a picture. It says what it sees, and how sure it is.',
    '사진을 보여 주세요. 무엇인지, 얼마나 확실한지 답해요.',
  ],
  language: ['Language', '언어'],
  taught: ['What it was taught', '배운 것'],
  more: ['+{count}', '+{count}'],
  empty: [
    'Use the camera, or choose pictures. You can also drop or paste them here.',
    '카메라를 쓰거나 사진을 골라 주세요. 여기에 끌어다 놓거나 붙여 넣어도 돼요.',
  ],
  empty_touch: ['Use the camera, or choose pictures.', '카메라를 쓰거나 사진을 골라 주세요.'],
  drop: ['Drop the pictures here', '여기에 사진을 놓으세요'],
  use: ['Use the camera', '카메라 쓰기'],
  off: ['Turn the camera off', '카메라 끄기'],
  which: ['Which camera', '카메라 고르기'],
  number: ['Camera {number}', '카메라 {number}'],
  environment: ['Rear camera', '후면 카메라'],
  user: ['Front camera', '전면 카메라'],
  view: ['What the camera sees', '카메라에 보이는 모습'],
  choose: ['Choose pictures', '사진 고르기'],
  again: ['Try again', '다시 해 보기'],
  waiting: ['The answer appears here.', '여기에 답이 나타나요.'],
  looking: ['Looking: {count} of {total}', '보는 중: {total}장 가운데 {count}장'],

  loading: ['Loading the model', '모델을 불러오는 중'],
  megabytes: ['{done} of {total} MB', '{total} MB 가운데 {done} MB'],
  starting: ['Getting ready', '준비하는 중'],
  network: [
    '{file} could not be loaded. Check the network, then try again.',
    '{file:을/를} 불러오지 못했어요. 네트워크를 확인하고 다시 해 보세요.',
  ],
  missing: [
    '{file} is not there. Put every file of the exported folder on the web host, then try again.',
    '{file:이/가} 없어요. 내보낸 폴더의 파일을 웹 호스트에 모두 올린 뒤 다시 해 보세요.',
  ],
  changed: [
    '{file} is not the file that this page was made for, so it was not used. Try again, or use another network.',
    '{file:이/가} 이 화면에 맞는 파일이 아니어서 쓰지 않았어요. 다시 해 보거나 다른 네트워크를 써 보세요.',
  ],
  broken: [
    '{file} could not be used. Export the model once more; if that does not help, try another browser.',
    '{file:을/를} 쓸 수 없었어요. 모델을 다시 내보내 보고, 그래도 안 되면 다른 브라우저를 써 보세요.',
  ],
  unsupported: [
    'This browser is too old for this page. Open it in a newer one.',
    '이 브라우저는 오래되어 이 화면을 쓸 수 없어요. 최신 브라우저에서 열어 주세요.',
  ],

  camera_starting: [
    'Your browser may ask whether this page may use the camera.',
    '브라우저가 이 화면에서 카메라를 써도 되는지 물어볼 수 있어요.',
  ],
  camera_insecure: [
    'Browsers lend the camera only to secure pages. Open this page by an address that begins with https://, or choose pictures.',
    '브라우저는 안전한 화면에서만 카메라를 쓰게 해 줘요. https://로 시작하는 주소로 열거나 사진을 골라 주세요.',
  ],
  camera_refused: [
    'The browser was told not to let this page use the camera. Tap the sign beside the address, allow the camera, and try again; or choose pictures.',
    '이 화면에서 카메라를 쓰지 않기로 되어 있어요. 주소 옆의 표시를 눌러 카메라를 허용한 뒤 다시 해 보거나, 사진을 골라 주세요.',
  ],
  camera_none: [
    'No camera was found. Plug one in and try again, or choose pictures.',
    '카메라를 찾지 못했어요. 카메라를 연결하고 다시 해 보거나, 사진을 골라 주세요.',
  ],
  camera_busy: [
    'The camera does not start. Perhaps another app is using it: close that one and try again.',
    '카메라가 켜지지 않아요. 다른 앱이 쓰고 있을지도 몰라요. 그 앱을 닫고 다시 해 보세요.',
  ],
  camera_gone: [
    'The camera has gone. Plug it in again and try once more.',
    '카메라 연결이 끊겼어요. 다시 연결하고 한 번 더 해 보세요.',
  ],

  unsure: ['Not sure', '잘 모르겠어요'],
  strange: [
    'This looks like nothing I was taught. Closest: {first}.',
    '배운 것 가운데 이런 건 없었어요. 그나마 {first:과/와} 가장 비슷해요.',
  ],
  perhaps: [
    'It may be {first} or {second}, or something this model was never taught.',
    '{first} 아니면 {second}일지도 모르지만, 배운 적 없는 것일 수도 있어요.',
  ],
  others_one: ['and {count} more: {share}', '그 밖에 {count}가지: {share}'],
  others_many: ['and {count} more, {share} together', '그 밖에 {count}가지, 모두 합쳐 {share}'],
  seen_one: ['{count} picture', '사진 {count}장'],
  seen_many: ['{count} pictures', '사진 {count}장'],
  unreadable: [
    'This is no picture that this browser can read. JPEG, PNG, WebP, GIF, BMP and AVIF can be read.',
    '이 브라우저가 읽을 수 있는 사진이 아니에요. JPEG, PNG, WebP, GIF, BMP, AVIF를 읽을 수 있어요.',
  ],
  pasted: ['Pasted picture', '붙여 넣은 사진'],

  promise: ['Pictures are looked at in this browser and never leave it.', '사진은 이 브라우저 안에서만 보고, 밖으로 보내지 않아요.'],
  kept: ['It is kept on this device: from now on it works without a network.', '이 기기에 담아 두었어요. 이제 네트워크 없이도 돼요.'],
  not_kept: [
    'This browser keeps nothing here, so the network is needed each time.',
    '여기서는 브라우저에 담아 둘 수 없어서, 열 때마다 네트워크가 필요해요.',
  ],
  made_with: ['Taught with TeachLens', 'TeachLens로 학습했어요'],
};

export const LANGUAGES = ['en', 'ko'];
const REMEMBERED = 'teachlens-language';

const remembered = () => {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // a browser that keeps nothing
  }
};

let current = LANGUAGES.find((one) => one === remembered()) ?? (/^ko\b/i.test(navigator.language) ? 'ko' : 'en');

export const language = () => current;

export function speak(chosen) {
  current = chosen;
  try {
    localStorage.setItem(REMEMBERED, chosen);
  } catch {
    // it is asked for again at the next visit
  }
}

// Digits as they are read aloud in Korean, and Latin letters that close a syllable: does the word end in a consonant?
const DIGITS = { 0: 'ㅇ', 1: 'ㄹ', 3: 'ㅁ', 6: 'ㄱ', 7: 'ㄹ', 8: 'ㄹ' };
const LETTERS = { l: 'ㄹ', m: 'ㅁ', n: 'ㄴ' };

// The Korean particle of a pair such as "을/를" that fits the last sound of a word.
function particle(word, pair) {
  const [closed, open] = pair.split('/');
  const last = [...word.trim().toLowerCase()].reverse().find((character) => /[\p{L}\p{N}]/u.test(character)) ?? '';
  const isSyllable = last >= '가' && last <= '힣';
  const ending = isSyllable ? (last.codePointAt(0) - 0xac00) % 28 : DIGITS[last] ?? LETTERS[last];
  return ending ? closed : open;
}

// A sentence in the page's language, with its values filled in; `{name:을/를}` adds the particle that fits.
export function say(key, values = {}) {
  const sentence = WORDS[key][LANGUAGES.indexOf(current)];
  return sentence.replace(/\{(\w+)(?::([^}]+))?\}/g, (_, name, pair) => {
    const value = String(values[name]);
    return pair ? value + particle(value, pair) : value;
  });
}

// The same of a number.
export const count = (key, number, values) => say(`${key}_${number === 1 ? 'one' : 'many'}`, { count: number, ...values });

// A share from 0 to 1 in whole per cent, never claiming certainty.
export function percent(share) {
  let whole = Math.round(share * 100);
  if (whole === 100 && share < 0.9995) whole = 99;
  return whole || share === 0 ? `${whole}%` : '<1%';
}
