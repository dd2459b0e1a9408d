//! Every function against plain loops in double precision.

use super::*;

/// Numbers between -1 and 1 from a linear congruence (Knuth's MMIX).
fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    (0..len)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        })
        .collect()
}

/// Calls `visit(y, x, w)` with the indices of every product `y += x * w`.
fn products(shape: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let [rows, columns] = shape.output();
    let inputs = shape.channels_in / shape.groups;
    let outputs = shape.channels_out / shape.groups;
    for image in 0..shape.batch {
        for output in 0..shape.channels_out {
            for (row, column) in (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))) {
                let y = ((image * shape.channels_out + output) * rows + row) * columns + column;
                for input in 0..inputs {
                    let channel = image * shape.channels_in + output / outputs * inputs + input;
                    for down in 0..shape.kernel[0] {
                        for across in 0..shape.kernel[1] {
                            let from = |at: usize, axis: usize, tap: usize, len: usize| {
                                (at * shape.stride[axis] + tap)
                                    .checked_sub(shape.padding[axis][0])
                                    .filter(|&from| from < len)
                            };
                            let above = from(row, 0, down, shape.height);
                            let beside = from(column, 1, across, shape.width);
                            if let (Some(above), Some(beside)) = (above, beside) {
                                let x = (channel * shape.height + above) * shape.width + beside;
                                let w = ((output * inputs + input) * shape.kernel[0] + down)
                                    * shape.kernel[1]
                                    + across;
                                visit(y, x, w);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Equal within the rounding of a sum of about `terms` numbers up to 1. Winograd's transforms may
/// round off more: to a hundred thousandth still.
fn close(what: &str, shape: &ConvShape, actual: &[f32], expected: &[f64], terms: usize) {
    assert_eq!(actual.len(), expected.len(), "{what} of {shape:?}");
    let transformed = [Gather::forward(shape), Gather::backward(shape)]
        .iter()
        .any(|gather| {
            winograd::suits(gather, [shape.channels_in, shape.channels_out], shape.batch).is_some()
        });
    let rounding = if transformed { 1e-5 } else { 2e-6 };
    let tolerance = rounding * (terms as f64).sqrt().max(1.0);
    for (index, (&actual, &expected)) in actual.iter().zip(expected).enumerate() {
        let difference = (f64::from(actual) - expected).abs();
        assert!(
            difference <= tolerance,
            "{what} {index} of {shape:?}: {actual} instead of {expected}"
        );
    }
}

fn check(shape: ConvShape) {
    let x = numbers(shape.input_len(), 1);
    let weight = numbers(shape.weight_len(), 2);
    let dy = numbers(shape.output_len(), 3);
    let bias = numbers(shape.channels_out, 4);
    let [rows, columns] = shape.output();
    let channel = |index: usize| index / (rows * columns) % shape.channels_out;

    let mut y: Vec<f64> = (0..dy.len()).map(|i| f64::from(bias[channel(i)])).collect();
    let mut dx = vec![0.0; x.len()];
    let mut dw = vec![0.0; weight.len()];
    let mut db = vec![0.0; bias.len()];
    products(&shape, |to, from, by| {
        y[to] += f64::from(x[from]) * f64::from(weight[by]);
        dx[from] += f64::from(dy[to]) * f64::from(weight[by]);
        dw[by] += f64::from(dy[to]) * f64::from(x[from]);
    });
    for (index, &dy) in dy.iter().enumerate() {
        db[channel(index)] += f64::from(dy);
    }

    let terms = weight.len() / shape.channels_out + 1;
    let outputs = shape.batch * rows * columns;
    for (activation, function) in activations() {
        let expected: Vec<f64> = y.iter().map(|&y| function(y)).collect();
        let actual = forward(&shape, &x, &weight, Some(&bias), activation);
        close("output", &shape, &actual, &expected, terms);
    }
    let unbiased: Vec<f64> = (0..y.len())
        .map(|i| y[i] - f64::from(bias[channel(i)]))
        .collect();
    let actual = forward(&shape, &x, &weight, None, Activation::None);
    close("output without bias", &shape, &actual, &unbiased, terms);
    let actual = input_gradient(&shape, &weight, &dy);
    let terms = weight.len() / shape.channels_in;
    close("gradient of the input", &shape, &actual, &dx, terms);
    let actual = weight_gradient(&shape, &x, &dy);
    close("gradient of the weight", &shape, &actual, &dw, outputs);
    let actual = bias_gradient(&shape, &dy);
    close("gradient of the bias", &shape, &actual, &db, outputs);
}

type Function = fn(f64) -> f64;

fn activations() -> [(Activation, Function); 4] {
    [
        (Activation::None, |y| y),
        (Activation::Relu, |y| y.max(0.0)),
        (Activation::Relu6, |y| y.clamp(0.0, 6.0)),
        (Activation::Gelu, |y| {
            y * (1.0 + erf(y * 0.5f64.sqrt())) / 2.0
        }),
    ]
}

/// The error function: its series without cancellation, and 1 where double precision shows no more.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.9 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp()
}

/// A dense convolution with the same kernel and stride on both axes.
fn dense(
    batch: usize,
    channels: [usize; 2],
    size: [usize; 2],
    kernel: usize,
    stride: usize,
) -> ConvShape {
    ConvShape {
        batch,
        channels_in: channels[0],
        height: size[0],
        width: size[1],
        channels_out: channels[1],
        kernel: [kernel; 2],
        stride: [stride; 2],
        padding: [[kernel / 2; 2]; 2],
        groups: 1,
    }
}

fn depthwise(
    batch: usize,
    channels: usize,
    size: [usize; 2],
    kernel: usize,
    stride: usize,
) -> ConvShape {
    ConvShape {
        groups: channels,
        ..dense(batch, [channels; 2], size, kernel, stride)
    }
}

/// TensorFlow's SAME padding.
fn same(shape: ConvShape) -> ConvShape {
    let padding = [(shape.height, 0), (shape.width, 1)].map(|(length, axis)| {
        let stride = shape.stride[axis];
        let covered = (length.div_ceil(stride) - 1) * stride + shape.kernel[axis];
        let total = covered.saturating_sub(length);
        [total / 2, total - total / 2]
    });
    ConvShape { padding, ..shape }
}

const SIZES: [[usize; 2]; 8] = [
    [1, 1],
    [1, 7],
    [2, 3],
    [5, 4],
    [10, 10],
    [13, 17],
    [16, 48],
    [9, 67],
];

#[test]
fn pointwise() {
    for (index, &size) in SIZES.iter().enumerate() {
        for channels in [[1, 1], [3, 5], [16, 8], [7, 15], [33, 24]] {
            check(dense(1 + index % 2, channels, size, 1, 1));
            check(dense(1 + index % 2, channels, size, 1, 2));
        }
    }
}

#[test]
fn square_kernels() {
    for (index, &size) in SIZES.iter().enumerate() {
        for channels in [[1, 1], [3, 9], [12, 1], [8, 16]] {
            for stride in [1, 2] {
                let shape = dense(1 + index % 2, channels, size, 3, stride);
                check(shape);
                check(same(shape));
            }
        }
        check(dense(2, [3, 8], size, 7, 2));
        check(same(dense(1, [2, 3], size, 5, 3)));
    }
}

#[test]
fn depthwise_kernels() {
    for (index, &size) in SIZES.iter().enumerate() {
        for kernel in [3, 5, 7] {
            for stride in [1, 2, 3] {
                let shape = depthwise(1 + index % 2, 2 + index % 3, size, kernel, stride);
                check(shape);
                check(same(shape));
            }
        }
    }
}

#[test]
fn uneven_axes() {
    let shape = ConvShape {
        batch: 2,
        channels_in: 4,
        height: 11,
        width: 21,
        channels_out: 6,
        kernel: [3, 2],
        stride: [1, 2],
        padding: [[2, 0], [0, 3]],
        groups: 1,
    };
    check(shape);
    check(ConvShape {
        kernel: [1, 5],
        stride: [3, 1],
        channels_out: 4,
        groups: 4,
        ..shape
    });
    for padding in [[[4, 3], [3, 5]], [[0, 0], [0, 0]], [[0, 4], [5, 0]]] {
        let shape = depthwise(2, 3, [9, 19], 3, 1);
        check(ConvShape { padding, ..shape });
        check(ConvShape {
            groups: 1,
            padding,
            ..shape
        });
    }
    // Rows of the input that no output reads, and outputs that read only padding.
    check(ConvShape {
        kernel: [1, 1],
        stride: [4, 3],
        padding: [[0, 3], [4, 0]],
        ..shape
    });
}

/// Those are done through Winograd's transforms.
#[test]
fn square_kernels_of_many_channels() {
    for (size, channels) in [
        ([49, 16], [16, 16]),
        ([37, 18], [24, 16]),
        ([27, 31], [16, 33]),
        ([23, 67], [40, 24]),
        ([66, 70], [16, 17]),
    ] {
        let shape = dense(2, channels, size, 3, 1);
        let gather = Gather::forward(&shape);
        assert!(winograd::suits(&gather, channels, 2).is_some());
        assert_eq!(winograd::suits_gradient(&gather.parts[0]), size[0] > 64);
        check(shape);
        let padding = [[0, 2], [2, 0]];
        check(ConvShape { padding, ..shape });
        let padding = [[0, 0], [0, 1]];
        check(ConvShape {
            batch: 1,
            padding,
            ..shape
        });
    }
}

#[test]
fn larger_than_a_block() {
    check(dense(1, [15, 40], [40, 90], 3, 1));
    check(dense(1, [150, 20], [50, 41], 1, 1));
    check(dense(20, [10, 30], [6, 5], 1, 1));
    check(dense(2, [70, 70], [33, 50], 3, 2));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let shape = dense(3, [20, 24], [30, 31], 3, 1);
    let x = numbers(shape.input_len(), 1);
    let weight = numbers(shape.weight_len(), 2);
    let dy = numbers(shape.output_len(), 3);
    let all = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            [
                forward(&shape, &x, &weight, None, Activation::Gelu),
                input_gradient(&shape, &weight, &dy),
                weight_gradient(&shape, &x, &dy),
                bias_gradient(&shape, &dy),
            ]
        })
    };
    assert_eq!(all(1), all(3));
}

#[test]
fn functions_of_numbers() {
    let x: Vec<f32> = (-1003..1004).map(|step| step as f32 * 0.01).collect();
    let dy = numbers(x.len(), 5);
    let mut gradient = dy.clone();
    gelu_gradient(&x, &mut gradient);
    let applied = |function: fn(&mut [f32])| {
        let mut x = x.clone();
        function(&mut x);
        x
    };
    let (gelu, sigmoid) = (applied(gelu), applied(sigmoid));
    for (index, &at) in x.iter().enumerate() {
        let z = f64::from(at);
        let normal = (1.0 + erf(z * 0.5f64.sqrt())) / 2.0;
        let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
        assert!(
            (f64::from(gelu[index]) - z * normal).abs() < 1e-6,
            "gelu({z})"
        );
        let expected = f64::from(dy[index]) * (normal + z * density);
        assert!(
            (f64::from(gradient[index]) - expected).abs() < 1e-6,
            "gelu'({z})"
        );
        let expected = 1.0 / (1.0 + (-z).exp());
        assert!(
            (f64::from(sigmoid[index]) - expected).abs() < 2e-7,
            "sigmoid({z})"
        );
    }
    let mut limits = [-1e9, -88.0, 0.0, 88.0, 1e9, f32::NAN];
    super::sigmoid(&mut limits);
    assert_eq!(limits[2..5], [0.5, 1.0, 1.0]);
    assert!(limits[0] >= 0.0 && limits[1] < 1e-30 && limits[5].is_nan());
}

#[test]
fn shares_of_every_row_sum_to_one() {
    for len in [1, 5, 16, 37, 1000] {
        let x: Vec<f32> = numbers(41 * len, 6).into_iter().map(|x| 30.0 * x).collect();
        let mut shares = x.clone();
        softmax(&mut shares, len);
        for (x, shares) in x.chunks(len).zip(shares.chunks(len)) {
            let most = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let powers = x.iter().map(|x| f64::from(x - most).exp());
            let sum: f64 = powers.clone().sum();
            for (power, share) in powers.zip(shares) {
                assert!((power / sum - f64::from(*share)).abs() < 1e-6);
            }
        }
    }
    let mut unknown = [1.0, f32::NAN, 2.0, 1.0, 1.0, 1.0];
    softmax(&mut unknown, 3);
    assert!(unknown[..3].iter().all(|share| share.is_nan()));
    assert!(
        unknown[3..]
            .iter()
            .all(|share| (share - 1.0 / 3.0).abs() < 1e-6)
    );
}

#[test]
fn relu_keeps_the_gradient_between_its_bounds() {
    let y = [0.0, 1e-9, 5.9, 6.0, 0.0, 3.0, 6.0];
    let ones = [1.0f32; 7];
    let mut bounded = ones;
    relu_gradient(&y, &mut bounded, Some(6.0));
    assert_eq!(bounded, [0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
    let mut open = ones;
    relu_gradient(&y, &mut open, None);
    assert_eq!(open, [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
}

#[test]
fn what_is_not_a_number_comes_through() {
    let shape = dense(1, [2, 3], [4, 4], 3, 1);
    let x = vec![f32::NAN; shape.input_len()];
    let weight = numbers(shape.weight_len(), 2);
    for (activation, _) in activations() {
        let y = forward(&shape, &x, &weight, None, activation);
        assert!(y.iter().all(|y| y.is_nan()), "{activation:?}");
    }
}

/// A chain of layers against the same layers one by one, on pictures so large that there are bands, at
/// odd sizes and with TensorFlow's uneven padding.
#[test]
fn a_chain_is_its_layers() {
    let conv =
        |channels: [usize; 2], kernel: usize, stride: usize, groups: usize, size: [usize; 2]| {
            let pad = |length: usize| {
                let total =
                    ((length.div_ceil(stride) - 1) * stride + kernel).saturating_sub(length);
                [total / 2, total - total / 2]
            };
            ConvShape {
                batch: 2,
                channels_in: channels[0],
                height: size[0],
                width: size[1],
                channels_out: channels[1],
                kernel: [kernel; 2],
                stride: [stride; 2],
                padding: [pad(size[0]), pad(size[1])],
                groups,
            }
        };
    struct Made {
        shapes: Vec<ConvShape>,
        weights: Vec<[Vec<f32>; 2]>,
    }
    impl Made {
        fn of(shapes: Vec<ConvShape>) -> Self {
            let weights = (1..).zip(&shapes).map(|(seed, shape)| {
                let scale = (shape.weight_len() / shape.channels_out) as f32;
                let weight = numbers(shape.weight_len(), seed);
                let weight = weight.into_iter().map(|number| number / scale.sqrt());
                [weight.collect(), numbers(shape.channels_out, 90 + seed)]
            });
            let weights = weights.collect();
            Self { shapes, weights }
        }
        fn layer(&self, index: usize, channels: std::ops::Range<usize>) -> Layer {
            let shape = &self.shapes[index];
            let [weight, bias] = &self.weights[index];
            let each = weight.len() / shape.channels_out;
            let part = ConvShape {
                channels_out: channels.len(),
                channels_in: if shape.is_depthwise() {
                    channels.len()
                } else {
                    shape.channels_in
                },
                groups: if shape.is_depthwise() {
                    channels.len()
                } else {
                    1
                },
                ..*shape
            };
            let weight = &weight[channels.start * each..channels.end * each];
            Layer::new(&part, weight, &bias[channels], Activation::Relu6)
        }
        fn all(&self, index: usize) -> Step {
            Step::Layer(self.layer(index, 0..self.shapes[index].channels_out))
        }
        fn check(&self, chain: &Chain, shapes: &[ConvShape], skip: bool, banded: bool) {
            assert_eq!(chain.band_rows(shapes).is_some(), banded);
            let x = numbers(self.shapes[0].input_len(), 7);
            let mut expected = x.clone();
            for (shape, [weight, bias]) in self.shapes.iter().zip(&self.weights) {
                expected = forward(shape, &expected, weight, Some(bias), Activation::Relu6);
            }
            if skip {
                for (y, x) in expected.iter_mut().zip(&x) {
                    *y += x;
                }
            }
            let made = chain.forward(shapes, &x);
            assert_eq!(made.len(), expected.len());
            let off = made.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let off = off.fold(0.0, f32::max);
            assert!(off < 2e-5, "{off}");
        }
    }
    // A mask: 1 x 1, 3 x 3 by Winograd, 3 x 3 to one channel.
    for (size, banded) in [([131, 97], true), ([33, 50], false), ([9, 7], false)] {
        let mask = Made::of(vec![
            conv([16, 64], 1, 1, 1, size),
            conv([64, 64], 3, 1, 1, size),
            conv([64, 1], 3, 1, 1, size),
        ]);
        let chain = Chain::new((0..3).map(|index| mask.all(index)).collect(), false);
        mask.check(&chain, &mask.shapes, false, banded);
    }
    // Inverted bottlenecks, in groups of channels.
    for (kernel, stride, size, banded) in [
        (3, 1, [141, 120], true),
        (5, 1, [203, 99], true),
        (3, 2, [202, 133], true),
        (5, 2, [77, 50], false),
        (5, 1, [16, 16], false),
    ] {
        let skip = stride == 1;
        let out = if skip { 24 } else { 40 };
        let deep = size.map(|side: usize| side.div_ceil(stride));
        let block = Made::of(vec![
            conv([24, 144], 1, 1, 1, size),
            conv([144, 144], kernel, stride, 144, size),
            conv([144, out], 1, 1, 1, deep),
        ]);
        let groups = (0..3).map(|group| {
            let channels = group * 48..(group + 1) * 48;
            [block.layer(0, channels.clone()), block.layer(1, channels)]
        });
        let steps = vec![Step::Expanded(groups.collect()), block.all(2)];
        let chain = Chain::new(steps, skip);
        block.check(&chain, &block.shapes[1..], skip, banded);
    }
}
