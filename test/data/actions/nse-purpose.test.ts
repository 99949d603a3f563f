import { expect } from 'chai';

import { readPurpose } from '../../../data/actions/nse-purpose.js';

describe('the purpose of a corporate action, as the NSE writes it', () => {
  for (const [purpose, priceFactor, kind] of [
    ['Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share', 5, 'split 10:2'],
    ['Face Value Split (Sub-Division) - From Rs 10/- Per Share To Re 1/- Per Share', 10, 'split 10:1'],
    ['FACE VALUE SPLIT (SUB-DIVISION) - FROM RS 2 PER SHARE TO RS 1 PER SHARE', 2, 'split 2:1'],
    ['Face Value Split From Rs.10/- To Re.1/-', 10, 'split 10:1'],
    ['Fv Splt Frm Rs 10 To Rs 2', 5, 'split 10:2'],
    ['FVSPLT FRM RS 5 TO RS 2', 2.5, 'split 5:2'],
    ['Face Value Split Rs.10/- To Rs.2/-', 5, 'split 10:2'],
    ['Sub-Division From Rs 2.50 To Rs 0.50', 5, 'split 2.50:0.50'],
    ['Consolidation Of Shares - From Re 1/- Per Share To Rs 10/- Per Share', 0.1, 'split 1:10'],
    ['Bonus 1:2', 1.5, 'bonus 1:2'],
    ['Bonus 2:1', 3, 'bonus 2:1'],
    ['Bonus 1:3', 4 / 3, 'bonus 1:3'],
    [' Bonus Issue - 1 : 1', 2, 'bonus 1:1'],
    ['Issue Of Bonus Shares In The Ratio Of 1:1', 2, 'bonus 1:1'],
    ['Annual General Meeting/Dividend - Rs 5 Per Share/Bonus 1:1', 2, 'bonus 1:1'],
    [
      'Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 5/- Per Share/Bonus 4:1',
      10,
      'split 10:5 + bonus 4:1',
    ],
    ['Bonus 1:1/Fv Spl 10 To 2', 10, 'split 10:2 + bonus 1:1'],
  ] as const)
    it(`has a factor: ${purpose}`, () => {
      const read = readPurpose(purpose);
      expect(read).to.deep.include({ effect: 'factor', kind });
      expect(read.effect === 'factor' ? read.priceFactor : NaN).to.be.closeTo(priceFactor, 1e-12);
    });

  for (const purpose of [
    'Demerger',
    'Scheme Of Arrangement',
    'Rights 1:15 @ Premium Rs 1247/-',
    'Right Issue Of Equity Shares',
    'Bonus Debentures 1:1',
    'Bonus NCRPS 4:1',
    'Bonus',
    'Face Value Split',
    'Bonus 1:1/Demerger',
    'Capital Reduction',
    'Bonus 0:1',
    'Bonus 1:0',
  ])
    it(`needs a factor: ${purpose}`, () => expect(readPurpose(purpose).effect).to.equal('unknown factor'));

  for (const purpose of [
    'Interim Dividend - Rs 5 Per Share',
    'Annual General Meeting/Dividend - Rs 1.50 Per Share',
    'Buy Back',
    'Interest Payment',
    'Distribution - Rs 2.81909 Per Unit',
    '',
  ])
    it(`steps no price: ${purpose}`, () => expect(readPurpose(purpose).effect).to.equal('none'));
});
