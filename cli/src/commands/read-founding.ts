// Reads what a consortium agreed on before its first hospital enrols, from the file that its coordinator's operator wrote.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Founding, parseFounding } from '@cordon/coordinator';
import { loadDefaultDictionary, loadDictionaryFile } from '@cordon/policies';
import { parse } from 'yaml';
import { InputWrong } from '../processes/input-wrong.ts';

/**
 * `dictionary` names a file, relative to the founding's folder; without it the built-in one is meant. All members sign
 * its hash.
 *
 * Errors  throws `InputWrong` with every mistake of the file.
 */
export async function readFounding(file: string): Promise<Founding> {
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null) throw wholeWrong(file, 'there is no such file to read');
	const raw = parseYaml(file, text);
	const founding = parseFounding({ ...raw, dictionary: dictionaryOf(file, raw['dictionary']) });
	if (!founding.ok) throw new InputWrong(file, founding.error);
	return founding.value;
}

function parseYaml(file: string, text: string): Readonly<Record<string, unknown>> {
	let raw: unknown;
	try {
		raw = parse(text, { uniqueKeys: true });
	} catch {
		throw wholeWrong(file, 'the file is not YAML');
	}
	if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw wholeWrong(file, 'expected keys');
	return raw as Readonly<Record<string, unknown>>;
}

function dictionaryOf(file: string, named: unknown): unknown {
	if (named === undefined) return loadDefaultDictionary();
	if (typeof named !== 'string') return named;
	const place = resolve(dirname(file), named);
	const loaded = loadDictionaryFile(place);
	if (!loaded.ok) throw new InputWrong(place, loaded.error);
	return loaded.value;
}

function wholeWrong(file: string, message: string): InputWrong {
	return new InputWrong(file, [{ path: '', message, nearest: [] }]);
}
