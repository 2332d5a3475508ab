export function canonicalLine(_text: string): string { throw new Error('not built yet'); }
export function listedErrors(_text: string): { code: string; message: string; place: (string | number)[] }[] { throw new Error('not built yet'); }
