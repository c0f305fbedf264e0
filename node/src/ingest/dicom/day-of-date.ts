// Turns a DICOM date into the day number that facts carry.

const form = /^(\d{4})\.?(\d{2})\.?(\d{2})$/;
const dayMs = 86_400_000;

/** Days from 1970-01-01; null where the text is no calendar date. Source: VR DA of PS3.5, with its retired dots. */
export function dayOfDate(text: string | undefined): number | null {
	const parts = form.exec(text?.trim() ?? '');
	if (parts === null) return null;
	const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	return exists ? date.getTime() / dayMs : null;
}
