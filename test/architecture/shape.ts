// Holds what every file keeps to: no hidden input, no default export, one barrel a package, and a bounded length.

import { platformRandomness } from './exceptions.ts';
import { importsOf, withoutComments } from './imports.ts';
import { isTestOnly, type Sources, testSupport } from './sources.ts';

/** Input or output that an argument would make visible. */
const impure: readonly (readonly [name: string, pattern: RegExp])[] = [
	['Date.now', /\bDate\.now\b/],
	['new Date()', /\bnew Date\(\s*\)/],
	['performance.now', /\bperformance\.now\b/],
	['process.env', /\bprocess\.env\b/],
	['console', /\bconsole\./],
];

const platformRandom = /\b(?:randomBytes|randomUUID|randomInt|getRandomValues|randombytes_buf)\b/;

const longest = 300;

/** Clock, environment and console belong to adapters, configuration, the start, and the command line. */
export function impureViolations(sources: Sources): readonly string[] {
	return eachCode(sources).flatMap(([path, code]) => {
		const found = impure.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${path} uses ${name}`);
		const random = platformRandom.test(code) && !platformRandomness.has(path);
		return isEdge(path) ? [] : [...found, ...(random ? [`${path} draws its own random bytes`] : [])];
	});
}

/** Nowhere at all, tests included. */
export function mathRandomViolations(sources: Sources): readonly string[] {
	return [...sources].flatMap(([path, text]) =>
		/\bMath\.random\b/.test(withoutComments(text)) ? [`${path} uses Math.random`] : [],
	);
}

export function shapeViolations(sources: Sources): readonly string[] {
	return [...sources].flatMap(([path, text]) => [
		...(/^export default\b/m.test(text) || /^export\s*\{[^}]*\bas default\b/m.test(text)
			? [`${path} has a default export`]
			: []),
		...(/\/index\.ts$/.test(path) && !/^[a-z]+\/src\/index\.ts$/.test(path)
			? [`${path} is a second barrel`]
			: []),
		...(isTestOnly(path) || lines(text) <= longest ? [] : [`${path} has ${lines(text)} lines`]),
		...(isTestOnly(path) || path.endsWith('/index.ts') || text.startsWith('//')
			? []
			: [`${path} does not say in its first line what it decides`]),
	]);
}

/** What only tests use must not be loaded by what runs. */
export function testSupportViolations(sources: Sources): readonly string[] {
	return [...sources].flatMap(([path, text]) => {
		if (isTestOnly(path)) return [];
		return importsOf(path, text)
			.filter(({ to }) => testSupport.has(to) || to.includes('/testing/') || to.endsWith('.test.ts'))
			.map(({ to }) => `${path} loads ${to}, which is for tests`);
	});
}

function isEdge(path: string): boolean {
	return (
		path.startsWith('cli/src/') ||
		path === 'shared/src/system.ts' ||
		/\/src\/(?:adapters\/|config\/|config\.ts$|main\.ts$)/.test(path)
	);
}

function eachCode(sources: Sources): readonly (readonly [path: string, code: string])[] {
	return [...sources]
		.filter(([path]) => !isTestOnly(path))
		.map(([path, text]) => [path, withoutComments(text)] as const);
}

function lines(text: string): number {
	return text.replace(/\n$/, '').split('\n').length;
}
