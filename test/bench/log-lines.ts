// Reads what daemons logged at level `debug`: which steps they took, when, and for how long.

/** One line of a daemon's log. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface PartyLogs {
	readonly coordinator: readonly LogLine[];
	/** By hospital. */
	readonly nodes: ReadonlyMap<string, readonly LogLine[]>;
}

/** Lines that are none are left out; `time` becomes milliseconds since 1970. */
export function readLogLines(text: string): readonly LogLine[] {
	return text.split('\n').flatMap((line) => {
		if (!line.startsWith('{') || !line.endsWith('}')) return [];
		const read: LogLine = JSON.parse(line);
		return [{ ...read, time: Date.parse(String(read['time'])) }];
	});
}

/** Errors  throws where there is no such line, or more than one. */
export function onlyLine(lines: readonly LogLine[], wanted: LogLine): LogLine {
	const [found, ...more] = lines.filter((line) => matches(line, wanted));
	if (found === undefined || more.length > 0) {
		throw new Error(
			`expected one log line of ${JSON.stringify(wanted)}, found ${found ? 1 + more.length : 0}`,
		);
	}
	return found;
}

export function matches(line: LogLine, wanted: LogLine): boolean {
	return Object.entries(wanted).every(([name, value]) => line[name] === value);
}

/** Of work that was timed: its line is written when it ends. */
export function startOf(line: LogLine, end: 'time' | 'endMs' = 'time'): number {
	return numberOf(line, end) - numberOf(line, 'ms');
}

export function numberOf(line: LogLine, name: string): number {
	const value = line[name];
	if (typeof value !== 'number') throw new Error(`a log line has no ${name}`);
	return value;
}
