// A file of JSON that a person names: a question, an invitation.

import { readFile } from 'node:fs/promises';
import { parseStrictJson } from '@cordon/shared';
import { InputWrong } from './input-wrong.ts';

/** Errors  throws `InputWrong`, which repeats nothing of the text: an invitation is a secret. */
export async function readJsonFile(file: string): Promise<unknown> {
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null)
		throw new InputWrong(file, [{ path: '', message: 'there is no such file to read', nearest: [] }]);
	const parsed = parseStrictJson(text);
	if (!parsed.ok) throw new InputWrong(file, parsed.error);
	return parsed.value;
}
