// Which addresses may be spoken to without TLS: only those of this very machine.

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/** `host` as it stands in a URL or in a configuration file. */
export function isLoopbackHost(host: string): boolean {
	return loopbackHosts.has(host);
}

/** True for plain HTTP to anywhere but loopback; an address that is not a URL counts as such. */
export function isPlainHttpOffLoopback(address: string): boolean {
	if (!URL.canParse(address)) return true;
	const url = new URL(address);
	if (url.protocol === 'https:') return false;
	return url.protocol !== 'http:' || !isLoopbackHost(url.hostname);
}
