/** AMQP topic matching: words between dots, `*` stands for one word and `#` for any number of words. An empty key has no word. */
export function topicMatcher(pattern: string): (routingKey: string) => boolean {
  const wanted = wordsOf(pattern);
  if (!wanted.includes('*') && !wanted.includes('#')) return (routingKey) => routingKey === pattern;
  if (pattern === '#') return () => true;
  return (routingKey) => matches(wanted, 0, wordsOf(routingKey), 0);
}

function wordsOf(key: string): string[] {
  return key === '' ? [] : key.split('.');
}

function matches(wanted: readonly string[], at: number, words: readonly string[], from: number): boolean {
  for (let next = at, word = from; ; next++, word++) {
    const expected = wanted[next];
    if (expected === undefined) return word === words.length;
    if (expected === '#') return matchesAnyRest(wanted, next + 1, words, word);
    if (word >= words.length || (expected !== '*' && expected !== words[word])) return false;
  }
}

function matchesAnyRest(wanted: readonly string[], at: number, words: readonly string[], from: number): boolean {
  if (at === wanted.length) return true;
  for (let word = from; word <= words.length; word++) if (matches(wanted, at, words, word)) return true;
  return false;
}
