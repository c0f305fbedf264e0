// Which addresses may be spoken to without TLS: only those of this very machine.

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for plain HTTP to anywhere but loopback; an address that is not a URL counts as such. */
export function isPlainHttpOffLoopback(address: string): boolean {
	if (!URL.canParse(address)) return true;
	const url = new URL(address);
	if (url.protocol === 'https:') return false;
	return url.protocol !== 'http:' || !loopbackHosts.has(url.hostname);
}
