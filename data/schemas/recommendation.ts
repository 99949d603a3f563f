/** What a promotion briefing may recommend. */
export const RECOMMENDATIONS = ['promote', 'do not promote'] as const;
