// An earlier exact answer, as the coordinator lists it to the hospitals that are to compare a new one with it.

/** Its session, and how many cells its plan had; the list is sorted by session. */
export interface EarlierRelease {
	readonly session: string;
	readonly cells: number;
}
