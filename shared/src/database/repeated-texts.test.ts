import { expect, it } from 'vitest';
import { createRepeatedTexts } from './repeated-texts.ts';

it('finds a text repeated from its second use on', () => {
	const { isRepeated } = createRepeatedTexts();
	expect([isRepeated('a'), isRepeated('b'), isRepeated('a'), isRepeated('a'), isRepeated('b')]).toEqual([
		false,
		false,
		true,
		true,
		true,
	]);
});

it('takes no more than 200 texts for repeated, and keeps to those', () => {
	const { isRepeated } = createRepeatedTexts();
	const texts = Array.from({ length: 500 }, (_, at) => `text ${at}`);
	for (const text of texts) isRepeated(text);
	expect(texts.filter(isRepeated)).toEqual(texts.slice(0, 200));
	expect(texts.filter(isRepeated)).toEqual(texts.slice(0, 200));
});

it('takes no long text for repeated', () => {
	const { isRepeated } = createRepeatedTexts();
	const text = 'x'.repeat(4_001);
	expect([isRepeated(text), isRepeated(text)]).toEqual([false, false]);
});
