// Reads the text of a configuration file, or says at which line it is none.

import { err, type InputIssue, ok, type Result } from '@cordon/shared';
import { LineCounter, parseDocument } from 'yaml';

/** Errors  not YAML; a key that is there twice, or an alias: neither can be reviewed by eye. */
export function readYaml(text: string): Result<unknown, readonly InputIssue[]> {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, lineCounter });
	const [problem] = document.errors;
	if (problem !== undefined) {
		const { line, col } = lineCounter.linePos(problem.pos[0]);
		const what = problem.code === 'DUPLICATE_KEY' ? 'a key is there twice' : `not YAML (${problem.code})`;
		return whole(`line ${line}, column ${col}: ${what}`);
	}
	try {
		return ok(document.toJS({ maxAliasCount: 0 }));
	} catch {
		// The parser throws a ReferenceError where an alias would be followed.
		return whole('an alias (*name) is not allowed; write the part out where it belongs');
	}
}

function whole(message: string): Result<unknown, readonly InputIssue[]> {
	return err([{ path: '', message, nearest: [] }]);
}
