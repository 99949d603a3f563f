/** What a corporate action does to the price: a known factor, one that the text does not give, or nothing. */
export type PurposeEffect =
  | { readonly effect: 'factor'; readonly priceFactor: number; readonly kind: string }
  | { readonly effect: 'unknown factor' }
  | { readonly effect: 'none' };

/** An amount in rupees: `Rs 10/-`, `Rs.10`, `Re 1`; the currency may be missing. */
const RUPEES = String.raw`(?:r[se]\.?|inr)?\s*(\d+(?:\.\d+)?)`;
/** `Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share`, `Fv Splt Frm Rs 10 To Re 1`. */
const SPLIT = new RegExp(
  String.raw`(?:spli?t|spl|sub-?\s?division|consolidation)[^\d]*?(?:fr(?:o?m)\s*)?${RUPEES}\s*(?:/-)?[^\d]*?\bto\s*${RUPEES}`,
  'i',
);
/** `Bonus 1:2`, `Bonus issue - 1 : 2`. */
const BONUS =
  /\bbonus(?:\s+(?:issue|shares?|equity|in the ratio(?:\s+of)?|of))*\s*[-–:]?\s*(\d+)\s*:\s*(\d+)/i;
/** Words of actions that step the price. */
const STEPS = {
  split: /spli?t\b|sub-?\s?division|consolidation/i,
  bonus: /\bbonus\b/i,
  /** Their effect depends on prices that the text does not give. */
  other:
    /demerge|de-merge|spin-?\s?off|scheme|arrangement|amalgamation|\bmerger\b|\brights?\b|capital reduction|reduction (?:of|in) (?:share )?capital|hive-?\s?off/i,
};

/**
 * Reads the purpose of a corporate action as the NSE writes it. A bonus a:b gives a new shares for b held, so the
 * price falls by the factor (a + b) / b; a split from face value a to b by a / b. Both may be in one purpose, with
 * dividends and meetings beside them.
 */
export function readPurpose(purpose: string): PurposeEffect {
  const split = SPLIT.exec(purpose);
  const bonus = BONUS.exec(purpose);
  const steps = [
    ...(split === null ? [] : [{ kind: `split ${split[1]}:${split[2]}`, ...ratio(split[1], split[2]) }]),
    ...(bonus === null ? [] : [{ kind: `bonus ${bonus[1]}:${bonus[2]}`, ...ratio(bonus[1], bonus[2], 1) }]),
  ];
  const unread =
    STEPS.other.test(purpose) ||
    (STEPS.split.test(purpose) && split === null) ||
    (STEPS.bonus.test(purpose) && bonus === null) ||
    steps.some(({ factor }) => !Number.isFinite(factor) || factor <= 0 || factor === 1);
  if (unread) return { effect: 'unknown factor' };
  if (steps.length === 0) return { effect: 'none' };
  return {
    effect: 'factor',
    priceFactor: steps.reduce((product, { factor }) => product * factor, 1),
    kind: steps.map(({ kind }) => kind).join(' + '),
  };
}

function ratio(a: string | undefined, b: string | undefined, plus = 0): { readonly factor: number } {
  return { factor: Number(a) / Number(b) + plus };
}
