import { describe, expect, it } from 'vitest';
import { processorMsIn } from './processor-time.ts';

describe('processorMsIn', () => {
	it('adds user and system time, whatever the program is called', () => {
		const stat = '42 (a ) b) S 1 42 42 0 -1 4194560 9 0 0 0 17 5 0 0 20 0 11 0 100 1 1';
		expect(processorMsIn(stat)).toBe(220);
	});

	it('is null where the text is something else', () => {
		expect(processorMsIn('nothing')).toBeNull();
	});
});
