import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseCoordinatorConfig } from './config.ts';

/** Nothing can be sealed to the first, as it stands in the documentation. */
const placeholder = 'A'.repeat(43);
const key = `CQ${'A'.repeat(41)}`;
const loopback = `cordon: 1
state: state
listen: { host: 127.0.0.1, port: 8440 }
database: { kind: pglite }
complianceKey: ${key}
`;

function issuesOf(text: string): readonly { readonly path: string; readonly message: string }[] {
	const parsed = parseCoordinatorConfig(text, '/etc/cordon/coordinator.yaml');
	return parsed.ok ? [] : parsed.error;
}

describe('parseCoordinatorConfig', () => {
	it('resolves paths against the file’s folder and freezes the result', () => {
		const parsed = parseCoordinatorConfig(loopback, '/etc/cordon/coordinator.yaml');
		if (!parsed.ok) throw new Error('not a configuration');
		expect(parsed.value).toMatchObject({
			stateFolder: '/etc/cordon/state',
			tls: null,
			publicUrl: null,
			monitoring: null,
			log: 'info',
		});
		expect(Object.isFrozen(parsed.value) && Object.isFrozen(parsed.value.listen)).toBe(true);
	});

	it('parses the sample in the documentation', () => {
		const page = readFileSync(new URL('../../docs/coordinator-api.md', import.meta.url), 'utf8');
		const sample = (/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '').replace(placeholder, key);
		expect(sample).toContain('listen');
		expect(issuesOf(sample)).toEqual([]);
	});

	it.each([
		['an unknown key', `${loopback}colour: red\n`, ''],
		['no compliance key', loopback.replace(/complianceKey.*\n/, ''), '/complianceKey'],
		['a placeholder of one', loopback.replace(key, placeholder), '/complianceKey'],
		['no database', loopback.replace(/database.*\n/, ''), '/database'],
		['no state folder', loopback.replace(/state: .*\n/, ''), '/state'],
		['a key twice', `${loopback}state: other\n`, ''],
		['what is not YAML', '{', ''],
		['plain HTTP off loopback', loopback.replace('127.0.0.1', '0.0.0.0'), '/listen/tls'],
		['a plain public address', `${loopback}publicUrl: http://cordon.example\n`, '/publicUrl'],
		[
			'no public address off loopback',
			loopback.replace(
				'127.0.0.1, port: 8440',
				'0.0.0.0, port: 8440, tls: { certificateFile: c, keyFile: k }',
			),
			'/publicUrl',
		],
	])('stops the start on %s', (_, text, path) => {
		expect(issuesOf(text)).toMatchObject([{ path }]);
	});

	it('prints [redacted] for where its secrets are', () => {
		const text = loopback.replace('{ kind: pglite }', '{ kind: postgres, urlFile: secret/url }');
		const parsed = parseCoordinatorConfig(text, '/etc/cordon/coordinator.yaml');
		const printed = `${JSON.stringify(parsed)}${inspect(parsed, { depth: 9 })}`;
		expect(printed).toContain('[redacted]');
		expect(printed).not.toContain('secret/url');
	});
});
