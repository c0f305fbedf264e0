// Finds out whether a hierarchy bites its own tail, for whoever must walk it without end otherwise.

/**
 * A name that is its own ancestor, or null where there is none. Parents that are not themselves keys are ignored.
 * Kahn's order: names without parents left are taken away; what remains stands on a cycle or below one.
 */
export function findCycle(parentsOf: ReadonlyMap<string, readonly string[]>): string | null {
	const childrenOf = new Map<string, string[]>();
	const waitingFor = new Map<string, number>();
	for (const [name, parents] of parentsOf) {
		const known = new Set(parents.filter((parent) => parentsOf.has(parent)));
		waitingFor.set(name, known.size);
		for (const parent of known) {
			const children = childrenOf.get(parent);
			if (children === undefined) childrenOf.set(parent, [name]);
			else children.push(name);
		}
	}
	const free = [...waitingFor].filter(([, count]) => count === 0).map(([name]) => name);
	for (let name = free.pop(); name !== undefined; name = free.pop()) {
		waitingFor.delete(name);
		for (const child of childrenOf.get(name) ?? []) {
			const left = (waitingFor.get(child) ?? 0) - 1;
			waitingFor.set(child, left);
			if (left === 0) free.push(child);
		}
	}
	return memberOfCycle(parentsOf, waitingFor);
}

function memberOfCycle(
	parentsOf: ReadonlyMap<string, readonly string[]>,
	remaining: ReadonlyMap<string, number>,
): string | null {
	const [start] = remaining.keys();
	if (start === undefined) return null;
	// Every remaining name has a remaining parent, so going up must come back to a name already seen.
	const seen = new Set<string>();
	let name = start;
	while (!seen.has(name)) {
		seen.add(name);
		name = parentsOf.get(name)?.find((parent) => remaining.has(parent)) ?? name;
	}
	return name;
}
