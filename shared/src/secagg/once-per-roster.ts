// Makes what reads packed messages of a roster's size once, and not for each message: making it takes longer than reading.

/** Sessions are of at most 100 hospitals; of anything larger nothing is kept, so that what is kept stays small. */
const mostPlaces = 100;

export function oncePerRoster<T>(make: (places: number) => T): (places: number) => T {
	const made = new Map<number, T>();
	return (places) => {
		const known = made.get(places);
		if (known !== undefined) return known;
		const one = make(places);
		if (places <= mostPlaces) made.set(places, one);
		return one;
	};
}
