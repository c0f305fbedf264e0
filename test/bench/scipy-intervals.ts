// The named alternative of the suppression bench: every hidden cell's interval by SciPy's linprog, where it is there.

import { spawnSync } from 'node:child_process';
import type { LinearFact } from '../../coordinator/src/release/published-facts.ts';

const program = `
import json, sys, time
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_matrix
case = json.load(sys.stdin)
counts, hidden, facts = np.array(case["counts"], float), case["hidden"], case["facts"]
at = [c for c, h in enumerate(hidden) if h]
place = {c: i for i, c in enumerate(at)}
A = lil_matrix((len(facts), len(at)))
for row, fact in enumerate(facts):
    for sign, cells in ((1, fact["plus"]), (-1, fact["minus"])):
        for c in cells:
            if c in place: A[row, place[c]] = sign
A = A.tocsr()
b = A @ counts[at]
started = time.perf_counter()
narrowest = float("inf")
for i in range(len(at)):
    cost = np.zeros(len(at)); cost[i] = 1
    ends = [s * linprog(s * cost, A_eq=A, b_eq=b, bounds=(0, None), method="highs").fun for s in (1, -1)]
    narrowest = min(narrowest, ends[1] - ends[0])
print(json.dumps({"ms": (time.perf_counter() - started) * 1000, "narrowest": narrowest}))
`;

export interface ScipyAudit {
	readonly ms: number;
	/** Patients. A relaxation: at least as wide as the interval of whole counts. */
	readonly narrowest: number;
}

/** null where Python or SciPy is not there. \`python\` is the program to call. */
export function scipyAudit(
	python: string,
	release: {
		readonly counts: readonly number[];
		readonly hidden: readonly boolean[];
		readonly facts: readonly LinearFact[];
	},
): ScipyAudit | null {
	const { status, stdout } = spawnSync(python, ['-c', program], {
		input: JSON.stringify(release),
		encoding: 'utf8',
		timeout: 120_000,
	});
	return status === 0 ? (JSON.parse(stdout) as ScipyAudit) : null;
}
