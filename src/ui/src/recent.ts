/** The IDs that were looked at lately, in this tab. */

const KEY = 'soliton.recent';
const MOST = 6;

export function recentIds(): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberId(id: string): void {
  const ids = [id, ...recentIds().filter((each) => each !== id)].slice(0, MOST);
  sessionStorage.setItem(KEY, JSON.stringify(ids));
}
