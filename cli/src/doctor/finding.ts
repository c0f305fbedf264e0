// One line of `cordon doctor`: what was looked at, whether it is right, and where it is not, the mend.

export interface Finding {
	readonly check: string;
	/** A warning does not make the exit code 1. */
	readonly state: 'right' | 'warning' | 'wrong';
	readonly text: string;
	readonly mend: string | null;
}

export function right(check: string, text: string): Finding {
	return { check, state: 'right', text, mend: null };
}

export function warning(check: string, text: string, mend: string): Finding {
	return { check, state: 'warning', text, mend };
}

export function wrong(check: string, text: string, mend: string): Finding {
	return { check, state: 'wrong', text, mend };
}

const marks = { right: 'ok     ', warning: 'warning', wrong: 'WRONG  ' } as const;

export function describeFinding({ check, state, text, mend }: Finding): string {
	return `${marks[state]} ${check}: ${text}${mend === null ? '' : `\n        mend: ${mend}`}`;
}

/** A check that throws is a finding: one thing that is wrong must not hide the others. */
export async function looked(
	check: string,
	mend: string,
	look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
	try {
		return await look();
	} catch (error) {
		// A library's message may quote an address with its password; our own errors name what is wrong.
		const name = error instanceof Error ? error.name : 'failed';
		return [wrong(check, `could not be looked at (${name})`, mend)];
	}
}
