import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format nse-security-wise', () => {
  it('has the price columns of the archive, in rupees, and a symbol with spaces', async () => {
    const text =
      '\uFEFF"Symbol  ","Series  ","Date  ","Prev Close  ","Open Price  ","High Price  ","Low Price  ","Last Price  ","Close Price  ","Average Price ","Total Traded Quantity  ","Turnover ₹  ","No. of Trades  ","Deliverable Qty  ","% Dly Qt to Traded Qty  "\n' +
      '"TEST","EQ","02-Jan-2024","1,500.50","1,510.00","1,520.00","1,495.00","1,505.00","1,508.25","1,499.75","1,234,567","1,850,000,000.50","45,678","900,000","72.90"\n' +
      '"TEST","EQ","03-Jan-2024","1,508.25","1,509.00","1,529.00","1,500.00","1,525.00","1,524.95","1,519.75","12,34,567","1,850,000,000.50","45,678","-","-"\n';
    expect(await readSummary(text)).to.deep.equal([
      'nse-security-wise',
      2,
      '2024-01-02 1510 1520 1495 1508.25 1234567',
      '2024-01-03 1509 1529 1500 1524.95 1234567',
    ]);
  });
});
