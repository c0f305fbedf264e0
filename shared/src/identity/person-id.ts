// What a verified person is called in authorization: unique over issuers, and never a wildcard or a group.

/**
 * The subject alone where the network trusts one issuer; otherwise `subject|issuer`, since two issuers may give one
 * name to two people. Characters with a meaning to the policy engine (`:`, `#`, `*`, `|`, white space) are
 * percent-encoded: a subject `*` would otherwise be everybody.
 */
export function personId(subject: string, issuer: string, trustedIssuers: number): string {
	const name = encode(subject);
	return trustedIssuers === 1 ? name : `${name}|${encode(issuer.replace(/^https:\/\//, ''))}`;
}

function encode(text: string): string {
	return encodeURIComponent(text).replaceAll('*', '%2A').replaceAll('%40', '@');
}
