// Holds the documents to the tree: what they link to and name exists, and tables of codes are complete.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCoordinatorConfig, parseFounding } from '@cordon/coordinator';
import { loadDefaultDictionary, parseAuthorization } from '@cordon/policies';
import { type PublicCode, publicCodeOf, type RefusalCode } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseNodeConfig } from '../../node/src/config/node-config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function markdownIn(folder: string): readonly string[] {
	return readdirSync(join(root, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => join(folder, name));
}

const pages = ['', 'docs', 'docs/adr'].flatMap(markdownIn);

function text(page: string): string {
	return readFileSync(join(root, page), 'utf8');
}

function block(page: string, fence: string): string {
	return new RegExp(`^\`\`\`${fence}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text(page))?.[1] ?? '';
}

/** A page shows no key that anybody could seal to by mistake. */
function withKey(config: string): string {
	return config.replace(/^complianceKey: A{43}/m, `complianceKey: CQ${'A'.repeat(41)}`);
}

/** As a hosting platform makes them: lower case, punctuation dropped, blanks to hyphens. */
function anchorsOf(page: string): readonly string[] {
	return [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

function brokenLinks(page: string): readonly string[] {
	const links = [...text(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
	return links.flatMap(([link, path = '', anchor]) => {
		const target = path === '' ? page : join(dirname(page), path);
		if (!existsSync(join(root, target))) return [link];
		return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [link];
	});
}

describe('the documents', () => {
	it('were found', () => {
		for (const page of ['README.md', 'SECURITY.md', 'docs/answers.md']) expect(pages).toContain(page);
	});

	it.each(pages)('link to what exists: %s', (page) => {
		expect(brokenLinks(page)).toEqual([]);
	});

	it.each(pages)('name tests that exist: %s', (page) => {
		const named = [...text(page).matchAll(/`([a-z-]+\/[a-z0-9/-]+\.test\.ts)`/g)].map(
			([, path = '']) => path,
		);
		expect(named.filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
	});
});

describe('docs/answers.md', () => {
	it('puts every exact code under its public one, and leaves none out', () => {
		const union = /export type RefusalCode =([^;]*);/.exec(text('shared/src/refusals.ts'))?.[1] ?? '';
		const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code as RefusalCode);
		expect(codes.length).toBeGreaterThan(20);
		const byPublic = Object.groupBy(codes, publicCodeOf) as Record<PublicCode, readonly string[]>;
		const rows = [...text('docs/answers.md').matchAll(/^\| `([a-z-]+)` +\| [^|]* \| ([^|]*) \|$/gm)];
		const documented = rows
			.filter(([, name = '']) => name in byPublic)
			.map(([, name = '', listed = '']) => [
				name,
				[...listed.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
			]);
		expect(Object.fromEntries(documented)).toEqual(byPublic);
	});
});

describe('docs/operations.md', () => {
	it('shows a node.yaml that the node reads', () => {
		const config = withKey(block('docs/operations.md', 'yaml node'));
		expect(parseNodeConfig(config, '/node.yaml')).toMatchObject({ ok: true });
	});

	it('shows a coordinator.yaml and a founding.yaml that the coordinator reads', () => {
		const config = withKey(block('docs/operations.md', 'yaml coordinator'));
		expect(parseCoordinatorConfig(config, '/coordinator.yaml')).toMatchObject({ ok: true });
		const founding: object = parse(block('docs/operations.md', 'yaml founding'));
		expect(parseFounding({ ...founding, dictionary: loadDefaultDictionary() })).toMatchObject({ ok: true });
	});

	it('shows an authorization file that the node reads', () => {
		const file: unknown = parse(block('docs/operations.md', 'yaml authorization'));
		expect(parseAuthorization(file)).toMatchObject({ ok: true });
	});
});
