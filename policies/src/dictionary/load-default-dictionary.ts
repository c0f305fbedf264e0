// Gives every daemon the consortium's data dictionary: the one in this package, or a file of the network's own.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Dictionary, err, type InputIssue, parseDictionary, type Result } from '@cordon/shared';
import { LineCounter, parseDocument } from 'yaml';

const defaultFile = join(import.meta.dirname, '../../dictionary/radiogenomics.yaml');
/** Room for the whole of ICD-10 and HGNC. */
const maxBytes = 32 * 1024 * 1024;

let parsed: Dictionary | null = null;

/** The dictionary that comes with Cordon; that it does not parse is a bug, held by a test. */
export function loadDefaultDictionary(): Dictionary {
	if (parsed !== null) return parsed;
	const loaded = loadDictionaryFile(defaultFile);
	if (!loaded.ok) throw new Error(`default dictionary: ${loaded.error[0]?.path} ${loaded.error[0]?.message}`);
	parsed = loaded.value;
	return parsed;
}

/**
 * Reads a dictionary from a YAML (or JSON) file.
 *
 * Errors  issues as `parseDictionary` gives them; an absent, oversized or malformed file is an issue of the whole
 *         document. YAML's duplicate keys and aliases are refused: neither can be reviewed by eye.
 */
export function loadDictionaryFile(path: string): Result<Dictionary, readonly InputIssue[]> {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (stat?.isFile() !== true) return whole('there is no such file');
	if (stat.size > maxBytes) return whole(`the file is larger than ${maxBytes} bytes`);
	const lineCounter = new LineCounter();
	const document = parseDocument(readFileSync(path, 'utf8'), {
		lineCounter,
		uniqueKeys: true,
		prettyErrors: false,
	});
	const [problem] = document.errors;
	if (problem !== undefined) {
		const { line, col } = lineCounter.linePos(problem.pos[0]);
		return whole(`not YAML, line ${line}, column ${col}: ${problem.code}`);
	}
	try {
		return parseDictionary(document.toJS({ maxAliasCount: 0 }));
	} catch {
		// The parser throws a ReferenceError where an alias would be followed.
		return whole('aliases are not allowed');
	}
}

function whole(message: string): Result<Dictionary, readonly InputIssue[]> {
	return err([{ path: '', message, nearest: [] }]);
}
