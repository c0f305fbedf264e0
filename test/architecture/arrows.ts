// Holds the direction of imports: between packages, from stages, from adapters, and into both. Violations are sentences.

import { coordinatorStages, nodeStages } from '@cordon/shared';
import { adapterTypes, adapterUsers, type Exception, stageUsers } from './exceptions.ts';
import { type Import, importsOf } from './imports.ts';
import { isTestOnly, type Sources } from './sources.ts';

/** What each package may import; cli starts the daemons, so it may import both. */
const packageArrows: Readonly<Record<string, readonly string[]>> = {
	shared: [],
	policies: ['shared'],
	node: ['shared', 'policies'],
	coordinator: ['shared', 'policies'],
	cli: ['shared', 'policies', 'node', 'coordinator'],
};

const stages: Readonly<Record<string, readonly string[]>> = {
	node: nodeStages,
	coordinator: coordinatorStages,
};

/** Folders of a daemon that are no stage. */
const otherFolders: Readonly<Record<string, readonly string[]>> = {
	node: ['adapters', 'config', 'http', 'ingest', 'testing'],
	coordinator: ['adapters', 'http', 'membership', 'testing'],
};

/** Files of the daemon itself whose types stages and adapters may name. */
const sharedTypes: ReadonlySet<string> = new Set([
	'session.ts',
	'config.ts',
	'linear-solver.ts',
	'membership/founding.ts',
]);

export function allImports(sources: Sources): readonly Import[] {
	return [...sources].flatMap(([path, text]) => importsOf(path, text));
}

/** shared <- policies <- node and coordinator <- cli; node and coordinator never each other; barrels only. */
export function packageViolations(sources: Sources): readonly string[] {
	return allImports(sources).flatMap((entry) => {
		const own = packageOf(entry.from);
		if (entry.isRelative)
			return packageOf(entry.to) === own ? [] : [`${entry.from} reaches into ${entry.to}`];
		const [, name, deeper] = /^@cordon\/([a-z]+)(\/.*)?$/.exec(entry.to) ?? [];
		if (name === undefined) return [];
		if (deeper !== undefined) return [`${entry.from} imports ${entry.to} past the barrel`];
		return packageArrows[own]?.includes(name) === true ? [] : [`${entry.from} imports @cordon/${name}`];
	});
}

/** Every stage has its folder, and every folder of a daemon is a stage or a known other one. */
export function folderViolations(sources: Sources): readonly string[] {
	return Object.entries(stages).flatMap(([daemon, names]) => {
		const paths = [...sources.keys()].map((path) => new RegExp(`^${daemon}/src/([^/]+)/`).exec(path)?.[1]);
		const folders = new Set(paths.filter((folder) => folder !== undefined));
		const known = [...names, ...(otherFolders[daemon] ?? [])];
		return [
			...names
				.filter((name) => !folders.has(name))
				.map((name) => `${daemon} has no folder for the stage ${name}`),
			...[...folders]
				.filter((folder) => !known.includes(folder))
				.map((folder) => `${daemon}/src/${folder} is no stage`),
		];
	});
}

/** A stage sees shared, its own folder, and its daemon's ports: no other stage, no adapter, no I/O. */
export function stageViolations(sources: Sources): readonly string[] {
	return allImports(sources).flatMap((entry) => {
		const stage = stageOf(entry.from);
		if (stage === null || isTestOnly(entry.from)) return [];
		if (!entry.isRelative)
			return isPackageOfStages(entry) ? [] : [`${entry.from} (a stage) imports ${entry.to}`];
		if (stageOf(entry.to) === stage || isTypeOfDaemon(entry)) return [];
		return [`${entry.from} (a stage) imports ${entry.to}`];
	});
}

/** An adapter sees shared, other adapters, libraries and its daemon's ports; never a stage, never the pipeline. */
export function adapterViolations(sources: Sources): readonly string[] {
	return allImports(sources).flatMap((entry) => {
		if (!isAdapter(entry.from) || isTestOnly(entry.from) || !entry.isRelative) return [];
		if (isAdapter(entry.to) || isTypeOfDaemon(entry)) return [];
		if (entry.isTypeOnly && isListed(adapterTypes, entry)) return [];
		return [`${entry.from} (an adapter) imports ${entry.to}`];
	});
}

/** Only a pipeline knows the order of its stages; only a daemon's start puts adapters together. */
export function compositionViolations(sources: Sources): readonly string[] {
	return allImports(sources).flatMap((entry) => {
		const { from, to, isRelative, isTypeOnly, isReexport } = entry;
		if (!isRelative || isTypeOnly || isTestOnly(from)) return [];
		if (stageOf(to) !== null && stageOf(from) === null) {
			const isAllowed = from.endsWith('/src/pipeline.ts') || isReexport || isListed(stageUsers, entry);
			return isAllowed ? [] : [`${from} loads the stage file ${to}`];
		}
		if (!isAdapter(to) || isAdapter(from) || isReexport || adapterUsers.has(from)) return [];
		return [`${from} loads the adapter ${to}`];
	});
}

/** Exceptions that the code no longer makes use of. */
export function staleExceptions(sources: Sources): readonly string[] {
	const imports = allImports(sources);
	const listed = [...stageUsers, ...adapterTypes].filter(
		({ from, to }) => !imports.some((entry) => entry.from === from && entry.to === to),
	);
	const users = [...adapterUsers.keys()].filter(
		(file) => !imports.some(({ from, to }) => from === file && isAdapter(to)),
	);
	return [...listed.map(({ from, to }) => `${from} no longer imports ${to}`), ...users];
}

function packageOf(path: string): string {
	return path.split('/')[0] ?? '';
}

/** `node/receive`, or null for a file that is in no stage. */
function stageOf(path: string): string | null {
	const [, daemon = '', folder = ''] = /^([a-z]+)\/src\/([^/]+)\//.exec(path) ?? [];
	return stages[daemon]?.includes(folder) === true ? `${daemon}/${folder}` : null;
}

function isAdapter(path: string): boolean {
	return /^[a-z]+\/src\/adapters\//.test(path);
}

/** The policy engine's port is declared in policies, beside its evaluator. */
function isPackageOfStages({ to, isTypeOnly }: Import): boolean {
	return to === '@cordon/shared' || (to === '@cordon/policies' && isTypeOnly);
}

function isTypeOfDaemon({ from, to, isTypeOnly }: Import): boolean {
	const base = `${packageOf(from)}/src/`;
	if (!isTypeOnly || !to.startsWith(base)) return false;
	const file = to.slice(base.length);
	return file === 'ports.ts' || sharedTypes.has(file);
}

function isListed(exceptions: readonly Exception[], { from, to }: Import): boolean {
	return exceptions.some((entry) => entry.from === from && entry.to === to);
}
