import { describe, expect, it } from 'vitest';
import { readLogLines } from './log-lines.ts';

describe('readLogLines', () => {
	it('reads time as milliseconds, and leaves out what is no line of a log', () => {
		const text = 'Warning: x\n{"event":"ready","time":"1970-01-01T00:00:01.500Z"}\n{"event":"torn';
		expect(readLogLines(text)).toEqual([{ event: 'ready', time: 1500 }]);
	});
});
